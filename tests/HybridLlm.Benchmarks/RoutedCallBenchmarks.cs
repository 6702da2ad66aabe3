using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace HybridLlm.Benchmarks;

/// <summary>What routing adds to a call: against the bare client, and against the pipeline that people put around one by hand.</summary>
[MemoryDiagnoser]
public class RoutedCallBenchmarks : IDisposable
{
    private const int Chunks = 1000;

    private readonly ChatMessage[] _messages = [new(ChatRole.User, "What is the capital of France?")];
    private readonly ChatOptions _options = new() { AdditionalProperties = new() { [HybridLlmOptionKeys.TaskType] = TaskTypes.SimpleQuestion } };
    private readonly InstantProvider _bare = new(Chunks);
    private ServiceProvider _services = null!;
    private IChatClient _routed = null!;
    private ResiliencePipeline _pipeline = null!;

    /// <summary>Builds a client with two models.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        var services = new ServiceCollection();
        services.AddHybridLlm(options =>
        {
            options.Metrics.Store = "None";
            options.Models["small"] = new() { Provider = "one", Quality = 0.4, Speed = 0.9 };
            options.Models["large"] = new() { Provider = "two", Quality = 0.9, Speed = 0.4 };
        })
        .AddProvider("one", _ => new InstantProvider(Chunks))
        .AddProvider("two", _ => new InstantProvider(Chunks));
        _services = services.BuildServiceProvider();
        _routed = _services.GetRequiredService<IChatClient>();
        _pipeline = new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions())
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions())
            .AddTimeout(TimeSpan.FromMinutes(1))
            .Build();
    }

    /// <summary>Disposes the client.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _services.Dispose();
        _bare.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The provider's client without anything around it.</summary>
    [Benchmark(Baseline = true)]
    public Task<ChatResponse> BareCall() => _bare.GetResponseAsync(_messages, _options);

    /// <summary>Polly's retry, circuit breaker and timeout around the provider's client.</summary>
    [Benchmark]
    public ValueTask<ChatResponse> PollyCall() => _pipeline.ExecuteAsync(
        static async (state, token) => await state._bare.GetResponseAsync(state._messages, state._options, token).ConfigureAwait(false), this);

    /// <summary>A routed call.</summary>
    [Benchmark, Goal("routed call", MaxNanoseconds = 3_000, MaxBytes = 3 * 1024, Reference = nameof(PollyCall))]
    public Task<ChatResponse> RoutedCall() => _routed.GetResponseAsync(_messages, _options);

    /// <summary>A chunk of the provider's own stream.</summary>
    [Benchmark(OperationsPerInvoke = Chunks)]
    public Task<int> BareChunk() => ReadAsync(_bare);

    /// <summary>A chunk of a routed stream.</summary>
    [Benchmark(OperationsPerInvoke = Chunks), Goal("routed chunk", MaxNanoseconds = 100, Reference = nameof(BareChunk), AboveReference = true)]
    public Task<int> RoutedChunk() => ReadAsync(_routed);

    private async Task<int> ReadAsync(IChatClient client)
    {
        var count = 0;
        await foreach (var _ in client.GetStreamingResponseAsync(_messages, _options).ConfigureAwait(false))
        {
            count++;
        }

        return count;
    }
}
