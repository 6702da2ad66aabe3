using HybridLlm.LlamaCpp.Supervision;

namespace HybridLlm.LlamaCpp.Tests.Doubles;

/// <summary>A server process that does what a test says.</summary>
internal sealed class FakeServer(int id, ServerCommand command, Action<string> output) : IServerProcess
{
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Id => id;

    public ServerCommand Command => command;

    public Task<int> Exited => _exited.Task;

    public Task StopRequested => _stopRequested.Task;

    public bool WasKilled { get; private set; }

    public bool WasDisposed { get; private set; }

    /// <summary>What a killed process comes to; <see langword="false"/>: not even that ends it.</summary>
    public bool EndsWhenKilled { get; set; } = true;

    public bool EndsWhenAsked { get; set; } = true;

    public void Say(string line) => output(line);

    public void Exit(int code) => _exited.TrySetResult(code);

    public void RequestStop()
    {
        _stopRequested.TrySetResult();
        if (EndsWhenAsked)
        {
            Exit(0);
        }
    }

    public void Kill()
    {
        WasKilled = true;
        if (EndsWhenKilled)
        {
            Exit(137);
        }
    }

    public void Dispose() => WasDisposed = true;
}
