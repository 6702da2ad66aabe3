using System.Diagnostics;
using HybridLlm.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.Tests.Support;

/// <summary>A client with two models in memory, A before B, on a clock that tests move.</summary>
internal sealed class TwoRoutes : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ServiceProvider _services;

    public TwoRoutes(Action<HybridLlmOptions>? configure = null, bool withB = true, bool isLocalB = false, Action<IHybridLlmBuilder>? build = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Time);
        var builder = services.AddHybridLlm(options =>
        {
            options.Metrics.Store = "None";
            options.Models["a"] = new() { Provider = "pa", Quality = 0.9, ContextLength = 4096 };
            if (withB)
            {
                options.Models["b"] = new() { Provider = "pb", Quality = 0.5, ContextLength = 32768 };
            }

            configure?.Invoke(options);
        });
        builder.AddProvider("pa", _ => A);
        builder.AddProvider("pb", _ => B);
        B.Capabilities = B.Capabilities with { IsLocal = isLocalB };
        build?.Invoke(builder);
        _services = services.BuildServiceProvider();
        Client = _services.GetRequiredService<IHybridLlmClient>();
    }

    public ManualTimeProvider Time { get; } = new();

    public ScriptedProvider A { get; } = new("pa", "alpha");

    public ScriptedProvider B { get; } = new("pb", "beta");

    public IHybridLlmClient Client { get; }

    public IPerformanceTracker Tracker => _services.GetRequiredService<IPerformanceTracker>();

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public Task<LlmResponse> AskAsync(CancellationToken? token = null) => Client.GenerateAsync(new LlmRequest("hi", "general"), token ?? Token);

    public async Task<string> StreamAsync(CancellationToken? token = null)
    {
        var text = "";
        await foreach (var update in Client.GenerateStreamingAsync(new LlmRequest("hi", "general"), token ?? Token))
        {
            text += update.Text;
        }

        return text;
    }

    /// <summary>Moves the clock in small steps until something has happened. What the limit set off may still be on its way on a busy machine: it is waited for.</summary>
    public async Task AdvanceUntilAsync(Func<bool> happened, TimeSpan limit)
    {
        var step = TimeSpan.FromMilliseconds(50);
        for (var passed = TimeSpan.Zero; !happened() && passed <= limit; passed += step)
        {
            Time.Advance(step);
            await Settle();
        }

        var waiting = Stopwatch.StartNew();
        while (!happened())
        {
            Assert.True(waiting.Elapsed < Patience, $"It did not happen within {limit} of the test's clock.");
            await Settle();
        }
    }

    /// <summary>Lets continuations run that are ready.</summary>
    public static async Task Settle()
    {
        var quiet = 0;
        for (var i = 0; i < 1_000 && quiet < 10; i++)
        {
            await Task.Yield();
            quiet = ThreadPool.PendingWorkItemCount == 0 ? quiet + 1 : 0;
        }
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
