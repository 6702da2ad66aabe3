namespace HybridLlm.Testing.Time;

/// <summary>Someone who waits until so many timers are armed.</summary>
internal sealed class TimerWaiter(int count)
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Count => count;

    public Task Task => _reached.Task;

    public void Reached() => _reached.TrySetResult();
}
