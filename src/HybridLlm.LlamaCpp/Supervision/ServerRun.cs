using System.ComponentModel;

namespace HybridLlm.LlamaCpp.Supervision;

/// <summary>One life of the server, from its start to its end.</summary>
internal sealed class ServerRun(
    ServerCommand command, Uri endpoint, IServerLauncher launcher, IServerProbe probe, SupervisorSettings settings, TimeProvider time, SupervisorLog log)
{
    private const int RememberedLines = 200;
    private const int ReportedLines = 8;
    private const string BindFailure = "couldn't bind HTTP server socket";
    private const string UnknownArgument = "error: invalid argument: ";
    private readonly LogRing _lines = new(RememberedLines);
    private volatile bool _isServing;

    /// <summary>Gets how long the server answered; zero when it never did.</summary>
    public TimeSpan AnsweredFor { get; private set; }

    /// <summary>Gets why the run ended, with the server's last words.</summary>
    public string Failure { get; private set; } = "";

    /// <summary>Gets a value indicating whether someone else had taken the port.</summary>
    public bool PortWasTaken => AnsweredFor == TimeSpan.Zero && _lines.Contains(BindFailure);

    /// <summary>Gets the argument that the server said it does not know; <see langword="null"/> when it was content.</summary>
    public string? RefusedArgument => AnsweredFor > TimeSpan.Zero ? null : _lines.Tail(RememberedLines)
        .FirstOrDefault(line => line.StartsWith(UnknownArgument, StringComparison.Ordinal))?[UnknownArgument.Length..].Trim();

    /// <summary>Starts the server and sees it through to its end.</summary>
    /// <param name="publish">Takes what becomes of it.</param>
    /// <param name="stop">Ends the run.</param>
    /// <returns>A task that completes when the process is gone; why it went is in <see cref="Failure"/>.</returns>
    /// <exception cref="OperationCanceledException">The run was ended by <paramref name="stop"/>; the process is gone.</exception>
    public async Task RunAsync(Action<SupervisorStatus> publish, CancellationToken stop)
    {
        IServerProcess process;
        try
        {
            process = launcher.Start(command, Hear);
        }
        catch (Exception exception) when (exception is Win32Exception or IOException or InvalidOperationException)
        {
            Failure = $"{command.Path} could not be started: {exception.Message}";
            return;
        }

        using (process)
        {
            try
            {
                publish(new(SupervisorState.Starting, ProcessId: process.Id));
                log.Started(process.Id, endpoint);
                await SeeThroughAsync(process, publish, stop).ConfigureAwait(false);
            }
            finally
            {
                await EndAsync(process).ConfigureAwait(false);
            }
        }
    }

    private async Task SeeThroughAsync(IServerProcess process, Action<SupervisorStatus> publish, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        if (!await AwaitReadyAsync(process, started, stop).ConfigureAwait(false))
        {
            return;
        }

        var ready = time.GetTimestamp();
        _isServing = true;
        log.Ready(process.Id, time.GetElapsedTime(started, ready));
        publish(new(SupervisorState.Running, endpoint, process.Id));
        try
        {
            var exitCode = await process.Exited.WaitAsync(stop).ConfigureAwait(false);
            Failure = Describe($"it ended unasked with exit code {exitCode}");
        }
        finally
        {
            // Never zero: it did answer, however the clock ticks.
            AnsweredFor = time.GetElapsedTime(ready) + TimeSpan.FromTicks(1);
        }
    }

    private async Task<bool> AwaitReadyAsync(IServerProcess process, long started, CancellationToken stop)
    {
        var delay = settings.FirstProbeDelay;
        while (true)
        {
            if (process.Exited.IsCompleted)
            {
                Failure = Describe($"it ended with exit code {await process.Exited.ConfigureAwait(false)} before it answered");
                return false;
            }

            if (await probe.IsReadyAsync(endpoint, stop).ConfigureAwait(false))
            {
                return true;
            }

            if (time.GetElapsedTime(started) >= settings.LoadBudget)
            {
                Failure = Describe($"it did not answer within the load budget of {settings.LoadBudget} (HybridLlm:Timeouts:Load)");
                return false;
            }

            using var pause = CancellationTokenSource.CreateLinkedTokenSource(stop);
            await Task.WhenAny(process.Exited, Task.Delay(delay, time, pause.Token)).ConfigureAwait(false);
            await pause.CancelAsync().ConfigureAwait(false);
            stop.ThrowIfCancellationRequested();
            delay = delay * 2 < settings.LongestProbeDelay ? delay * 2 : settings.LongestProbeDelay;
        }
    }

    private async Task EndAsync(IServerProcess process)
    {
        if (process.Exited.IsCompleted)
        {
            return;
        }

        process.RequestStop();
        if (await EndsWithinAsync(process, settings.StopGrace).ConfigureAwait(false))
        {
            log.Stopped(process.Id);
            return;
        }

        process.Kill();
        if (await EndsWithinAsync(process, settings.KillGrace).ConfigureAwait(false))
        {
            log.Killed(process.Id, settings.StopGrace);
        }
        else
        {
            log.Unkillable(process.Id);
        }
    }

    private async Task<bool> EndsWithinAsync(IServerProcess process, TimeSpan grace)
    {
        if (process.Exited.IsCompleted)
        {
            return true;
        }

        using var ended = new CancellationTokenSource();
        var first = await Task.WhenAny(process.Exited, Task.Delay(grace, time, ended.Token)).ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
        return first == process.Exited;
    }

    private void Hear(string line)
    {
        // While it answers requests, a server that fails repeats what it was asked and what it said.
        var shown = _isServing ? ServerLogLine.WithoutContents(line) : line;
        _lines.Add(shown);
        log.Said(shown);
    }

    private string Describe(string what)
    {
        var last = _lines.Tail(ReportedLines);
        return last.Count == 0
            ? $"llama-server ({command.Path}) failed: {what}; it said nothing."
            : $"llama-server ({command.Path}) failed: {what}. Its last lines:\n  {string.Join("\n  ", last)}";
    }
}
