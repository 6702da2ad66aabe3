using System.Globalization;
using HybridLlm.Telemetry.Tests.Support;
using HybridLlm.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.Telemetry.Tests;

/// <summary>The tokens that are reported add up to what the backends counted, and there is a span for each request that they got.</summary>
public sealed class TokenSumTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<int> Backends => [.. Enumerable.Range(0, Backend.All.Count)];

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Whatever_is_asked_of_a_backend_adds_up_to_what_it_said(int index)
    {
        var backend = Backend.All[index];
        using var recorder = new TelemetryRecorder();
        await using var server = await backend.StartAsync(null, Token);
        await using var services = Services(builder => backend.Register(builder, "local", server.Endpoint.ToString(), null));
        var client = services.GetRequiredService<IHybridLlmClient>();
        var (input, output) = (0L, 0L);

        foreach (var length in (int[])[1, 7, 40])
        {
            var usage = (await client.GenerateAsync(new LlmRequest(Words(length), "general"), Token)).Chat.Usage!;
            (input, output) = (input + usage.InputTokenCount!.Value, output + usage.OutputTokenCount!.Value);
        }

        await foreach (var item in client.GenerateBatchAsync(Enumerable.Range(1, 6).Select(i => new LlmRequest(Words(i), "general")), Token))
        {
            var usage = item.Response!.Chat.Usage!;
            (input, output) = (input + usage.InputTokenCount!.Value, output + usage.OutputTokenCount!.Value);
        }

        Assert.True(input > 9 && output > 9);
        Assert.Equal(input, recorder.Sum("gen_ai.client.token.usage", "gen_ai.token.type", "input"));
        Assert.Equal(output, recorder.Sum("gen_ai.client.token.usage", "gen_ai.token.type", "output"));
        Assert.Equal(input + output, recorder.Calls.Sum(call => (long)call.GetTagItem("gen_ai.usage.input_tokens")! + (long)call.GetTagItem("gen_ai.usage.output_tokens")!));
        Assert.Equal((9, 9), (recorder.Calls.Count, recorder.Requests.Count));
        Assert.Equal(9, server.Requests.Count(IsChat));
        Assert.All(recorder.Calls, call => Assert.Equal((server.Endpoint.Host, server.Endpoint.Port), (call.GetTagItem("server.address"), call.GetTagItem("server.port"))));
    }

    [Fact]
    public async Task Through_fallbacks_retries_and_streams_it_is_what_each_server_counts_itself()
    {
        using var recorder = new TelemetryRecorder();
        await using var flaky = await LlamaServerSimulator.StartAsync(o => o.Metrics = true, Token);
        await using var steady = await LlamaServerSimulator.StartAsync(o => o.Metrics = true, Token);
        await using var services = Services(
            builder => builder.AddLlamaCpp("flaky", o => o.Endpoint = flaky.Endpoint.ToString()).AddLlamaCpp("steady", o => o.Endpoint = steady.Endpoint.ToString()),
            o => o.Catalog.Discovery = ModelDiscovery.All);
        var client = services.GetRequiredService<IHybridLlmClient>();
        flaky.Faults.EveryNth(Fault.Error(BackendError.Internal), 2);
        var attempts = 0;

        for (var i = 1; i <= 8; i++)
        {
            attempts += (await client.GenerateAsync(new LlmRequest(Words(i), "general"), Token)).Trace.Attempts.Count;
            await foreach (var update in client.GenerateStreamingAsync(new LlmRequest(Words(i + 20), "general"), Token))
            {
                attempts += update.AdditionalProperties?.TryGetValue(HybridLlmOptionKeys.Trace, out _) == true ? 1 : 0;
            }
        }

        Assert.Equal(16, recorder.Requests.Count);
        Assert.True(attempts >= 16);
        Assert.Equal(flaky.Requests.Count(IsChat) + steady.Requests.Count(IsChat), recorder.Calls.Count);
        foreach (var server in (LlamaServerSimulator[])[flaky, steady])
        {
            var metrics = await MetricsOf(server);
            var calls = recorder.Of("gen_ai.client.token.usage").Where(point => Equals(point["server.port"], server.Endpoint.Port)).ToList();
            Assert.Equal(
                metrics["llamacpp:prompt_tokens_total"] + metrics["llamacpp:prompt_tokens_cached_total"],
                calls.Where(point => Equals(point["gen_ai.token.type"], "input")).Sum(point => point.Sum));
            Assert.Equal(metrics["llamacpp:tokens_predicted_total"], calls.Where(point => Equals(point["gen_ai.token.type"], "output")).Sum(point => point.Sum));
        }

        Assert.True(recorder.Sum("hybridllm.fallbacks") > 0);
        Assert.Contains(recorder.Calls, call => call.GetTagItem("error.type") is not null);
    }

    internal static string Words(int count) => string.Join(' ', Enumerable.Range(0, count).Select(i => $"word{i}"));

    internal static ServiceProvider Services(Action<IHybridLlmBuilder> add, Action<HybridLlmOptions>? configure = null)
    {
        var services = new ServiceCollection();
        add(services.AddHybridLlm(options =>
        {
            options.Metrics.Store = "None";
            options.Routing.Exploration = 0;
            options.Resilience.Cooldown = new() { Initial = TimeSpan.Zero };
            options.Resilience.ProbeIdleAfter = TimeSpan.Zero;
            options.Resilience.Hedging.Enabled = false;
            configure?.Invoke(options);
        }));
        return services.BuildServiceProvider();
    }

    // A provider also finds out at the start whether its server makes embeddings.
    private static bool IsChat(RecordedRequest request) => request.Path.Contains("chat", StringComparison.Ordinal);

    private static async Task<Dictionary<string, double>> MetricsOf(LlamaServerSimulator server)
    {
        using var client = server.CreateClient();
        var text = await client.GetStringAsync(new Uri("metrics", UriKind.Relative), Token);
        return text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' '))
            .ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
