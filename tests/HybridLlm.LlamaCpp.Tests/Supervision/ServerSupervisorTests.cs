using HybridLlm.LlamaCpp.Supervision;
using HybridLlm.LlamaCpp.Tests.Doubles;
using HybridLlm.Testing;
using Microsoft.Extensions.Logging;

namespace HybridLlm.LlamaCpp.Tests.Supervision;

public sealed class ServerSupervisorTests : IAsyncDisposable
{
    private static readonly SupervisorSettings Settings = new();
    private readonly ManualTimeProvider _time = new();
    private readonly FakeLauncher _launcher = new();
    private readonly RecordingLogger _logger = new();
    private readonly LlamaCppOptions _options = new() { ModelPath = "m.gguf" };
    private readonly ServerSupervisor _supervisor;
    private ProviderException? _missing;

    public ServerSupervisorTests() => _supervisor = new(
        "local", Prepare, _launcher, _launcher, Settings, _time, new SupervisorLog(_logger, "local"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync() => await _supervisor.DisposeAsync();

    [Fact]
    public async Task Start_runs_the_server_and_publishes_its_address()
    {
        _supervisor.Start();
        var server = await _launcher.NextAsync();
        var endpoint = await _supervisor.WaitUntilReadyAsync(Cancellation);

        var port = server.Command.Arguments[server.Command.Arguments.ToList().IndexOf("--port") + 1];
        Assert.Equal($"http://127.0.0.1:{port}/", endpoint.ToString());
        Assert.Equal((SupervisorState.Running, (int?)server.Id), (_supervisor.Status.State, _supervisor.Status.ProcessId));
    }

    [Fact]
    public async Task Start_twice_runs_one_server()
    {
        _supervisor.Start();
        _supervisor.Start();
        await _supervisor.WaitUntilReadyAsync(Cancellation);
        Assert.Equal(1, _launcher.Count);
    }

    [Fact]
    public async Task Waiting_for_a_stopped_server_starts_it()
    {
        Assert.Equal(SupervisorState.Stopped, _supervisor.Status.State);
        await _supervisor.WaitUntilReadyAsync(Cancellation);
        Assert.Equal(1, _launcher.Count);
    }

    [Fact]
    public async Task A_missing_file_is_told_at_once_and_tried_again_when_asked_again()
    {
        _missing = new ProviderException(ProviderErrorKind.Unavailable, "There is no model file at /m.gguf.");
        Assert.Same(_missing, Assert.Throws<ProviderException>(_supervisor.Start));
        Assert.Equal((SupervisorState.Stopped, "There is no model file at /m.gguf."), (_supervisor.Status.State, _supervisor.Status.Failure));

        _missing = null;
        await _supervisor.WaitUntilReadyAsync(Cancellation);
        Assert.Equal(SupervisorState.Running, _supervisor.Status.State);
        Assert.Null(_supervisor.Status.Failure);
    }

    [Fact]
    public async Task While_the_model_loads_requests_wait_and_the_server_is_asked_less_and_less_often()
    {
        _launcher.Ready = false;
        _supervisor.Start();
        var waiting = _supervisor.WaitUntilReadyAsync(Cancellation).AsTask();
        foreach (var milliseconds in new[] { 10, 20, 40, 80, 160, 250, 250 })
        {
            Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), await NextWaitAsync());
            Assert.Equal(SupervisorState.Starting, _supervisor.Status.State);
            _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        }

        await NextWaitAsync();
        Assert.False(waiting.IsCompleted);
        _launcher.Ready = true;
        _time.Advance(TimeSpan.FromMilliseconds(250));
        await waiting.WaitAsync(Cancellation);
        Assert.Equal(SupervisorState.Running, _supervisor.Status.State);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_within_the_load_budget_is_ended_and_the_reason_told()
    {
        _launcher.Ready = false;
        _supervisor.Start();
        var server = await _launcher.NextAsync();
        await NextWaitAsync();
        _time.Advance(Settings.LoadBudget);

        await UntilAsync(SupervisorState.Waiting);
        Assert.True(server.StopRequested.IsCompleted && server.WasDisposed);
        var failure = await Assert.ThrowsAsync<ProviderException>(async () => await _supervisor.WaitUntilReadyAsync(Cancellation));
        Assert.Equal(ProviderErrorKind.Unavailable, failure.Kind);
        Assert.Contains("did not answer within the load budget", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_dies_is_started_again_and_the_wait_doubles()
    {
        _supervisor.Start();
        foreach (var milliseconds in new[] { 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000 })
        {
            var server = await _launcher.NextAsync();
            await UntilAsync(SupervisorState.Running);
            server.Say("0.01.000.000 E srv  update_slots: out of memory");
            server.Exit(139);

            Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), await NextWaitAsync());
            Assert.Equal(SupervisorState.Waiting, _supervisor.Status.State);
            _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        }

        await _supervisor.WaitUntilReadyAsync(Cancellation);
    }

    [Fact]
    public async Task While_it_waits_for_its_next_attempt_requests_fail_at_once_with_its_last_words()
    {
        _supervisor.Start();
        var server = await _launcher.NextAsync();
        await UntilAsync(SupervisorState.Running);
        server.Say("0.01.000.000 E ggml_abort: CUDA error");
        server.Exit(134);
        await NextWaitAsync();

        var failure = await Assert.ThrowsAsync<ProviderException>(async () => await _supervisor.WaitUntilReadyAsync(Cancellation));
        Assert.Contains("exit code 134", failure.Message, StringComparison.Ordinal);
        Assert.Contains("CUDA error", failure.Message, StringComparison.Ordinal);
        Assert.Equal("local", failure.Provider);
    }

    [Fact]
    public async Task A_stable_run_is_forgiven_earlier_failures()
    {
        _supervisor.Start();
        for (var i = 0; i < 3; i++)
        {
            var unstable = await _launcher.NextAsync();
            await UntilAsync(SupervisorState.Running);
            unstable.Exit(1);
            _time.Advance(await NextWaitAsync());
        }

        var stable = await _launcher.NextAsync();
        await UntilAsync(SupervisorState.Running);
        _time.Advance(Settings.StableAfter);
        stable.Exit(1);
        Assert.Equal(Settings.FirstBackoff, await NextWaitAsync());
    }

    [Fact]
    public async Task The_third_failure_in_a_row_is_logged_as_an_error_with_the_last_words()
    {
        _supervisor.Start();
        for (var i = 0; i < 3; i++)
        {
            _launcher.Ready = false;
            var server = await _launcher.NextAsync();
            server.Say("0.00.018.550 E cmn  common_init_: failed to load model 'm.gguf'");
            await NextWaitAsync();
            server.Exit(1);
            await UntilAsync(SupervisorState.Waiting);
            _time.Advance(await NextWaitAsync());
        }

        await _launcher.NextAsync();
        Assert.Equal(2, _logger.Entries.Count(e => e.Level == LogLevel.Warning && e.Text.Contains("starting llama-server again", StringComparison.Ordinal)));
        var error = Assert.Single(_logger.Entries, e => e.Level == LogLevel.Error);
        Assert.StartsWith("local: llama-server failed 3 times in a row", error.Text, StringComparison.Ordinal);
        Assert.Contains("failed to load model 'm.gguf'", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_race_for_the_port_costs_no_wait_and_no_failure()
    {
        _launcher.Ready = false;
        _supervisor.Start();
        var loser = await _launcher.NextAsync();
        loser.Say("0.00.022.989 E srv         start: couldn't bind HTTP server socket, hostname: 127.0.0.1, port: 1");
        loser.Exit(1);
        _launcher.Ready = true;
        await _launcher.NextAsync();
        await _supervisor.WaitUntilReadyAsync(Cancellation);
        Assert.DoesNotContain(_logger.Entries, e => e.Text.Contains("starting llama-server again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_older_server_is_started_again_without_the_argument_it_does_not_know()
    {
        _launcher.Ready = false;
        _supervisor.Start();
        var older = await _launcher.NextAsync();
        Assert.Contains("--sse-ping-interval", older.Command.Arguments);
        older.Say("error: invalid argument: --sse-ping-interval");
        older.Exit(1);
        _launcher.Ready = true;
        var next = await _launcher.NextAsync();
        Assert.DoesNotContain("--sse-ping-interval", next.Command.Arguments);
        Assert.Contains("--offline", next.Command.Arguments);
    }

    [Fact]
    public async Task An_unknown_argument_that_the_user_gave_is_a_failure()
    {
        _options.ExtraArguments.Add("--nope");
        _launcher.Ready = false;
        _supervisor.Start();
        var server = await _launcher.NextAsync();
        server.Say("error: invalid argument: --nope");
        server.Exit(1);
        await UntilAsync(SupervisorState.Waiting);
        Assert.Contains("error: invalid argument: --nope", _supervisor.Status.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_cannot_be_started_is_tried_again()
    {
        _launcher.RefusesToStart = "Permission denied";
        _supervisor.Start();
        Assert.Equal(Settings.FirstBackoff, await NextWaitAsync());
        Assert.Contains("Permission denied", _supervisor.Status.Failure, StringComparison.Ordinal);

        _launcher.RefusesToStart = null;
        _time.Advance(Settings.FirstBackoff);
        await _launcher.NextAsync();
        await UntilAsync(SupervisorState.Running);
    }

    [Fact]
    public async Task Stop_asks_the_server_to_end_and_leaves_it_stopped()
    {
        _supervisor.Start();
        var server = await _launcher.NextAsync();
        await UntilAsync(SupervisorState.Running);
        await _supervisor.StopAsync();

        Assert.True(server.StopRequested.IsCompleted && server.WasDisposed);
        Assert.False(server.WasKilled);
        Assert.Equal(SupervisorState.Stopped, _supervisor.Status.State);
        Assert.Equal(1, _launcher.Count);
    }

    [Fact]
    public async Task Stop_kills_a_server_that_does_not_listen()
    {
        _supervisor.Start();
        var server = await _launcher.NextAsync();
        server.EndsWhenAsked = false;
        await UntilAsync(SupervisorState.Running);
        var stop = _supervisor.StopAsync();

        Assert.Equal(Settings.StopGrace, await NextWaitAsync());
        Assert.False(server.WasKilled);
        _time.Advance(Settings.StopGrace);
        await stop.WaitAsync(Cancellation);
        Assert.True(server.WasKilled);
    }

    [Fact]
    public async Task Stop_does_not_hang_on_a_process_that_not_even_a_kill_ends()
    {
        _supervisor.Start();
        var server = await _launcher.NextAsync();
        server.EndsWhenAsked = server.EndsWhenKilled = false;
        await UntilAsync(SupervisorState.Running);
        var stop = _supervisor.StopAsync();
        _time.Advance(await NextWaitAsync());
        _time.Advance(await NextWaitAsync());
        await stop.WaitAsync(Cancellation);
        Assert.Contains(_logger.Entries, e => e.Level == LogLevel.Error && e.Text.Contains("does not end", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stop_ends_the_wait_for_the_next_attempt()
    {
        _supervisor.Start();
        (await _launcher.NextAsync()).Exit(1);
        await NextWaitAsync();
        await _supervisor.StopAsync().WaitAsync(Cancellation);
        Assert.Equal(1, _launcher.Count);
    }

    [Fact]
    public async Task A_server_that_is_started_while_the_last_one_still_stops_waits_for_its_memory()
    {
        _supervisor.Start();
        var first = await _launcher.NextAsync();
        first.EndsWhenAsked = false;
        await UntilAsync(SupervisorState.Running);
        var stop = _supervisor.StopAsync();
        await first.StopRequested.WaitAsync(Cancellation);
        _supervisor.Start();
        Assert.Equal((SupervisorState.Starting, 1), (_supervisor.Status.State, _launcher.Count));

        first.Exit(0);
        await stop.WaitAsync(Cancellation);
        await _launcher.NextAsync();
        await UntilAsync(SupervisorState.Running);
    }

    [Fact]
    public async Task After_disposal_requests_are_told_to_go_elsewhere()
    {
        await _supervisor.DisposeAsync();
        var failure = await Assert.ThrowsAsync<ProviderException>(async () => await _supervisor.WaitUntilReadyAsync(Cancellation));
        Assert.Equal(ProviderErrorKind.Unavailable, failure.Kind);
        Assert.Equal(0, _launcher.Count);
    }

    [Fact]
    public async Task A_caller_that_leaves_while_the_model_loads_does_not_stop_the_load()
    {
        _launcher.Ready = false;
        using var leaving = new CancellationTokenSource();
        var waiting = _supervisor.WaitUntilReadyAsync(leaving.Token).AsTask();
        await _launcher.NextAsync();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(SupervisorState.Starting, _supervisor.Status.State);
    }

    [Fact]
    public async Task The_servers_log_is_passed_on_with_the_providers_name()
    {
        _supervisor.Start();
        var server = await _launcher.NextAsync();
        server.Say("0.00.001.000 I srv  load_model: loading");
        server.Say("0.00.002.000 W cmn  slow");
        Assert.Contains((LogLevel.Debug, "local: llama-server: 0.00.001.000 I srv  load_model: loading"), _logger.Entries);
        Assert.Contains((LogLevel.Warning, "local: llama-server: 0.00.002.000 W cmn  slow"), _logger.Entries);
    }

    private ServerCommandBuilder Prepare() => _missing is null ? new("/bin/llama-server", "/m.gguf", "key", _options) : throw _missing;

    /// <summary>Waits until the supervisor waits, and tells for how long.</summary>
    private async Task<TimeSpan> NextWaitAsync()
    {
        await _time.WaitForTimersAsync(1, Cancellation);
        return _time.UntilNextTimer!.Value;
    }

    private async Task UntilAsync(SupervisorState state)
    {
        while (_supervisor.Status is var status && status.State != state)
        {
            await status.Replaced.WaitAsync(Cancellation);
        }
    }
}
