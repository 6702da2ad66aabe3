using System.Diagnostics;
using HybridLlm.LlamaCpp.Tests.Doubles;
using HybridLlm.LlamaCpp.Tests.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace HybridLlm.LlamaCpp.Tests;

/// <summary>How a supervised llama-server lives and dies.</summary>
[Collection(nameof(RealServers))]
public sealed class RealLifetimeTests
{
    private static readonly ChatOptions Short = new() { MaxOutputTokens = 5 };

    private static readonly ChatOptions Endless = new() { AdditionalProperties = new() { ["ignore_eos"] = true } };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_starts_the_server_and_disposal_ends_it()
    {
        var backend = LlamaBackend.Supervised("babble.gguf");
        await backend.Provider.StartAsync(Cancellation);
        await backend.Provider.LoadModelAsync("m", Cancellation);
        var server = backend.ServerId;
        Assert.True(Poll.IsAlive(server));
        await backend.DisposeAsync();
        Assert.False(Poll.IsAlive(server));
        Assert.Contains(backend.Log.Entries, e => e.Level == LogLevel.Information && e.Text.StartsWith("local: llama-server", StringComparison.Ordinal));
        Assert.Contains(backend.Log.Entries, e => e.Level == LogLevel.Debug && e.Text.StartsWith("local: llama-server: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_StartWithHost_the_first_request_starts_the_server()
    {
        await using var backend = LlamaBackend.Supervised("babble.gguf", o => o.StartWithHost = false);
        await backend.Provider.StartAsync(Cancellation);
        Assert.Equal(ModelState.NotLoaded, await backend.Provider.GetModelStateAsync("m", Cancellation));
        Assert.Equal(ProviderHealthStatus.Healthy, (await backend.Provider.CheckHealthAsync(Cancellation)).Status);
        Assert.NotEmpty((await backend.AskAsync("Hi", Short)).Text);
    }

    [Fact]
    public async Task A_killed_server_is_started_again_and_answers_again()
    {
        await using var backend = LlamaBackend.Supervised("babble.gguf");
        await backend.AskAsync("Hi", Short);
        var first = backend.ServerId;
        Kill(first);
        await Poll.UntilAsync(async () => backend.ServerIdOrNull is { } id && id != first && await AnswersAsync(backend), "it answers again");
        Assert.Contains(backend.Log.Entries, e => e.Level == LogLevel.Warning && e.Text.Contains("starting llama-server again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_is_killed_in_the_middle_of_a_stream_breaks_the_stream_off()
    {
        await using var backend = LlamaBackend.Supervised("babble.gguf", o => o.ContextSize = 100_000);
        await backend.Provider.LoadModelAsync("m", Cancellation);
        var seen = 0;
        var failure = await Assert.ThrowsAsync<ProviderException>(async () =>
        {
            await foreach (var update in backend.Chat.GetStreamingResponseAsync("Go on.", Endless, Cancellation))
            {
                if (update.Text.Length > 0 && ++seen == 3)
                {
                    Kill(backend.ServerId);
                }
            }
        });
        Assert.Equal(ProviderErrorKind.StreamInterrupted, failure.Kind);
    }

    [Fact]
    public async Task Stopping_while_a_stream_runs_is_quick()
    {
        var backend = LlamaBackend.Supervised("babble.gguf", o => o.ContextSize = 100_000);
        await backend.Provider.LoadModelAsync("m", Cancellation);
        var server = backend.ServerId;
        await using var stream = backend.Chat.GetStreamingResponseAsync("Go on.", Endless, Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await stream.MoveNextAsync());

        var started = Stopwatch.GetTimestamp();
        await backend.DisposeAsync();
        Assert.False(Poll.IsAlive(server));
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 8);
    }

    [Fact]
    public async Task An_unloaded_model_gives_its_memory_back_and_comes_back_when_asked()
    {
        await using var backend = LlamaBackend.Supervised("babble.gguf");
        await backend.AskAsync("Hi", Short);
        var first = backend.ServerId;
        await backend.Provider.UnloadModelAsync("m", Cancellation);
        Assert.False(Poll.IsAlive(first));
        Assert.Equal(ModelState.NotLoaded, await backend.Provider.GetModelStateAsync("m", Cancellation));
        Assert.NotEmpty((await backend.AskAsync("Hi", Short)).Text);
        Assert.NotEqual(first, backend.ServerId);
    }

    [Fact]
    public async Task Several_servers_live_side_by_side()
    {
        await using var one = LlamaBackend.Supervised("babble.gguf");
        await using var two = LlamaBackend.Supervised("babble-think.gguf");
        await Task.WhenAll(one.Provider.LoadModelAsync("m", Cancellation), two.Provider.LoadModelAsync("m", Cancellation));
        Assert.Equal("babble", Assert.Single(await one.Provider.ListModelsAsync(Cancellation)).Id);
        Assert.Equal("babble-think", Assert.Single(await two.Provider.ListModelsAsync(Cancellation)).Id);

        await one.DisposeAsync();
        Assert.NotEmpty((await two.AskAsync("Hi", Short)).ModelId!);
    }

    [Fact]
    public async Task A_host_that_is_killed_leaves_no_server_behind()
    {
        using var host = await HostProcess.StartAsync(RealLlama.Server, "--model", RealLlama.Model("babble.gguf"), "--threads", "1", "--offline", "--port", "0");
        await Poll.UntilAsync(() => Poll.IsAlive(host.ServerId), "the server runs");
        await host.KillAsync();
        await Poll.UntilGoneAsync(host.ServerId, seconds: 3);
    }

    [Fact]
    public async Task A_missing_model_is_told_by_start_and_by_health()
    {
        await using var backend = LlamaBackend.Supervised("babble.gguf", o => o.ModelPath = Path.Combine(Path.GetTempPath(), "no-such-model.gguf"));
        var failure = await Assert.ThrowsAsync<ProviderException>(() => backend.Provider.StartAsync(Cancellation));
        Assert.Contains("no-such-model.gguf", failure.Message, StringComparison.Ordinal);
        var health = await backend.Provider.CheckHealthAsync(Cancellation);
        Assert.Equal((ProviderHealthStatus.Unhealthy, failure.Message), (health.Status, health.Description));
    }

    [Fact]
    public async Task A_file_that_is_no_model_is_told_with_the_servers_own_words()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Add("broken.gguf", "this is no model");
        await using var backend = LlamaBackend.Supervised("babble.gguf", o => o.ModelPath = file);
        var failure = await Assert.ThrowsAsync<ProviderException>(() => backend.AskAsync("Hi"));
        Assert.Equal(ProviderErrorKind.Unavailable, failure.Kind);
        Assert.Contains("failed to load model", failure.Message, StringComparison.Ordinal);
        Assert.Equal(ProviderHealthStatus.Unhealthy, (await backend.Provider.CheckHealthAsync(Cancellation)).Status);
    }

    private static async Task<bool> AnswersAsync(LlamaBackend backend)
    {
        try
        {
            return (await backend.AskAsync("Hi", Short)).Text.Length > 0;
        }
        catch (ProviderException e) when (e.Kind == ProviderErrorKind.Unavailable)
        {
            return false; // It waits for its next attempt.
        }
    }

    private static void Kill(int processId)
    {
        using var process = Process.GetProcessById(processId);
        process.Kill();
    }
}
