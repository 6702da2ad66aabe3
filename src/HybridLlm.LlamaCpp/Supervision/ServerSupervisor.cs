namespace HybridLlm.LlamaCpp.Supervision;

/// <summary>Keeps one llama-server running: starts it, waits until it answers, starts it again when it dies, and stops it.</summary>
/// <remarks>
/// One loop owns the process; everyone else reads <see cref="Status"/>. The supervisor never gives up while the server is wanted: after many
/// failures it tries once per <see cref="SupervisorSettings.LongestBackoff"/>, so a machine that recovers needs no restart of the application.
/// </remarks>
internal sealed class ServerSupervisor(
    string provider,
    Func<ServerCommandBuilder> prepare,
    IServerLauncher launcher,
    IServerProbe probe,
    SupervisorSettings settings,
    TimeProvider time,
    SupervisorLog log) : IAsyncDisposable
{
    private const int MaxPortRaces = 5;
    private readonly Lock _gate = new();
    private volatile SupervisorStatus _status = new(SupervisorState.Stopped);
    private CancellationTokenSource? _stopping;
    private Task _loop = Task.CompletedTask;
    private bool _disposed;

    /// <summary>Gets what is going on now.</summary>
    public SupervisorStatus Status => _status;

    /// <summary>Starts the server unless it is wanted already. Returns before it answers.</summary>
    /// <exception cref="ProviderException">The executable or the model file is missing; the message names the remedy.</exception>
    public void Start()
    {
        lock (_gate)
        {
            if (_stopping is not null)
            {
                return;
            }

            if (_disposed)
            {
                // Not an ObjectDisposedException: a request that still held on to a replaced provider takes the next route.
                throw new ProviderException(ProviderErrorKind.Unavailable, $"{provider}: the provider went out of use.") { Provider = provider };
            }

            ServerCommandBuilder builder;
            try
            {
                builder = prepare();
            }
            catch (ProviderException exception)
            {
                Publish(new(SupervisorState.Stopped, Failure: exception.Message));
                throw;
            }

            var stopping = new CancellationTokenSource();
            var previous = _loop;
            _stopping = stopping;
            Publish(new(SupervisorState.Starting));
            _loop = Task.Run(() => LoopAsync(builder, previous, stopping.Token), CancellationToken.None);
        }
    }

    /// <summary>Waits until the server answers, and starts it if it is stopped.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>Its address.</returns>
    /// <exception cref="ProviderException">It cannot be started, or died and waits for its next attempt.</exception>
    public async ValueTask<Uri> WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var status = _status;
            switch (status.State)
            {
                case SupervisorState.Running:
                    return status.Endpoint!;
                case SupervisorState.Waiting:
                    throw new ProviderException(ProviderErrorKind.Unavailable, $"{provider}: {status.Failure}") { Provider = provider };
                case SupervisorState.Stopped:
                    Start();
                    break;
                default:
                    await status.Replaced.WaitAsync(cancellationToken).ConfigureAwait(false);
                    break;
            }
        }
    }

    /// <summary>Stops the server. It stays stopped until someone asks for it.</summary>
    /// <returns>A task that completes when the process is gone.</returns>
    public async Task StopAsync()
    {
        CancellationTokenSource? stopping;
        Task loop;
        lock (_gate)
        {
            stopping = _stopping;
            loop = _loop;
            _stopping = null;
            if (stopping is not null)
            {
                Publish(new(SupervisorState.Stopped));
            }
        }

        if (stopping is not null)
        {
            await stopping.CancelAsync().ConfigureAwait(false);
        }

        await loop.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        await StopAsync().ConfigureAwait(false);
    }

    private async Task LoopAsync(ServerCommandBuilder builder, Task previous, CancellationToken stop)
    {
        try
        {
            // The one that was stopped before may still be going, and holds its memory until it is gone.
            await previous.ConfigureAwait(false);
            await KeepRunningAsync(builder, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop; the process is gone.
        }
        catch (Exception exception)
        {
            log.Broken(exception);
            Abandon(exception, stop);
        }
    }

    private async Task KeepRunningAsync(ServerCommandBuilder builder, CancellationToken stop)
    {
        var backoff = new RestartBackoff(settings.FirstBackoff, settings.LongestBackoff, settings.StableAfter);
        var races = 0;
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            PublishFrom(new(SupervisorState.Starting), stop);
            var port = FreePort.Find();
            var run = new ServerRun(builder.Build(port), new Uri($"http://127.0.0.1:{port}/"), launcher, probe, settings, time, log);
            await run.RunAsync(status => PublishFrom(status, stop), stop).ConfigureAwait(false);
            stop.ThrowIfCancellationRequested();

            if (run.PortWasTaken && races++ < MaxPortRaces)
            {
                continue;
            }

            if (run.RefusedArgument is { } argument && builder.TryDrop(argument))
            {
                log.Dropped(argument);
                continue;
            }

            races = 0;
            var delay = backoff.Next(run.AnsweredFor);
            PublishFrom(new(SupervisorState.Waiting, Failure: run.Failure), stop);
            if (backoff.Failures < settings.FailuresBeforeError)
            {
                log.Restarting(run.Failure, delay);
            }
            else
            {
                log.KeepsFailing(backoff.Failures, run.Failure, delay);
            }

            await Task.Delay(delay, time, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Publishes what a loop saw, unless it was stopped.</summary>
    private void PublishFrom(SupervisorStatus status, CancellationToken loop)
    {
        lock (_gate)
        {
            if (_stopping is { } current && current.Token == loop)
            {
                Publish(status);
            }
        }
    }

    /// <summary>Lets the next request begin a new loop after one that broke off.</summary>
    private void Abandon(Exception exception, CancellationToken loop)
    {
        lock (_gate)
        {
            if (_stopping is { } current && current.Token == loop)
            {
                _stopping = null;
                Publish(new(SupervisorState.Stopped, Failure: exception.Message));
            }
        }
    }

    private void Publish(SupervisorStatus status)
    {
        var previous = _status;
        _status = status;
        previous.MarkReplaced();
    }
}
