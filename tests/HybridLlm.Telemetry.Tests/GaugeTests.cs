using HybridLlm.Telemetry.Tests.Support;
using HybridLlm.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.Telemetry.Tests;

/// <summary>What the instruments of the present say.</summary>
public sealed class GaugeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_that_run_and_wait_are_counted_and_their_wait_is_measured()
    {
        using var recorder = new TelemetryRecorder();
        await using var routes = new TwoRoutes(
            withB: false, build: builder => builder.Services.PostConfigure<HybridLlmOptions>(o => (o.Providers["pa"].MaxConcurrency, o.Providers["pa"].QueueTimeout) = (1, TimeSpan.FromHours(1))));
        var enter = new TaskCompletionSource();
        routes.A.OnStream = call => Updates.After(enter.Task, call, "alpha");

        var first = routes.AskAsync();
        await routes.AdvanceUntilAsync(() => recorder.Sum("hybridllm.calls.active", "hybridllm.provider", "pa") == 1, TimeSpan.FromSeconds(1));
        var second = routes.AskAsync();
        await routes.AdvanceUntilAsync(() => recorder.Sum("hybridllm.queue.depth", "hybridllm.provider", "pa") == 1, TimeSpan.FromSeconds(1));
        routes.Time.Advance(TimeSpan.FromSeconds(2));
        enter.SetResult();
        await Task.WhenAll(first, second).WaitAsync(Token);

        Assert.Equal((0, 0), (recorder.Sum("hybridllm.calls.active"), recorder.Sum("hybridllm.queue.depth")));
        Assert.Equal(2, recorder.Count("hybridllm.queue.wait"));
        Assert.InRange(recorder.Sum("hybridllm.queue.wait"), 2, 60);
    }

    [Fact]
    public async Task Circuits_rests_and_residency_show()
    {
        using var recorder = new TelemetryRecorder();
        await using var routes = new TwoRoutes(o =>
        {
            o.Resilience.CircuitBreaker = new() { MinimumThroughput = 2, FailureRatio = 0.1, BreakDuration = TimeSpan.FromMinutes(1) };
            o.Resilience.Cooldown = new() { Initial = TimeSpan.Zero };
        });
        await routes.AskAsync();
        Assert.Equal((1, 0), (Of("hybridllm.route.available", "a").Sum, Of("hybridllm.circuit.state", "a").Sum));
        Assert.Equal(1, Of("hybridllm.model.resident", "a").Sum);
        Assert.DoesNotContain(recorder.Of("hybridllm.model.resident"), point => Equals(point["hybridllm.model"], "b"));

        routes.A.OnStream = _ => Updates.ThenFail(new ProviderException(ProviderErrorKind.ServerError, "no"));
        await routes.AskAsync();
        await routes.AskAsync();

        Assert.Equal((2, 0), (Of("hybridllm.circuit.state", "a").Sum, Of("hybridllm.circuit.state", "b").Sum));
        Assert.Equal((0, 1), (Of("hybridllm.route.available", "a").Sum, Of("hybridllm.route.available", "b").Sum));

        Point Of(string instrument, string model) => recorder.Of(instrument).Single(point => Equals(point["hybridllm.model"], model));
    }
}
