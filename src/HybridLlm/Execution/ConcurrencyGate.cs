using System.Diagnostics.CodeAnalysis;

namespace HybridLlm.Execution;

/// <summary>Lets a bounded number of calls through at once; a bounded number more may wait, for a bounded time.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore's wait handle is never created, so there is nothing to dispose; calls may leave a gate after it was replaced.")]
internal sealed class ConcurrencyGate(string name, int permits, int queueLimit, TimeSpan queueTimeout)
{
    private readonly SemaphoreSlim _permits = new(permits, permits);
    private int _waiting;

    /// <summary>Raised when a call finds no place and begins to wait. Whoever is inside without need can make room.</summary>
    public event Action? Crowded;

    public int Permits => permits;

    /// <summary>Gets how many calls wait for a turn.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Gets how many calls are inside.</summary>
    public int Inside => permits - _permits.CurrentCount;

    /// <summary>Gets how many calls must end, as a share of those that run at once, before a new one has its turn; 0 when there is a place.</summary>
    public double Turns => _permits.CurrentCount > 0 ? 0 : (double)(Volatile.Read(ref _waiting) + 1) / permits;

    public bool TryEnter() => _permits.Wait(0, CancellationToken.None);

    /// <summary>Waits for a turn.</summary>
    /// <exception cref="ProviderException">The queue is full, or the wait took too long (<see cref="ProviderErrorKind.Overloaded"/>).</exception>
    public ValueTask EnterAsync(CancellationToken cancellationToken) =>
        TryEnter() ? ValueTask.CompletedTask : QueueAsync(cancellationToken);

    public void Exit() => _permits.Release();

    private async ValueTask QueueAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > queueLimit)
        {
            Interlocked.Decrement(ref _waiting);
            throw new ProviderException(
                ProviderErrorKind.Overloaded, $"{name} works on {permits} requests and {queueLimit} more wait for it (MaxConcurrency, QueueLimit).");
        }

        Crowded?.Invoke();
        try
        {
            if (!await _permits.WaitAsync(queueTimeout, cancellationToken).ConfigureAwait(false))
            {
                throw new ProviderException(
                    ProviderErrorKind.Overloaded, $"{name} had no place for the request within {queueTimeout} (MaxConcurrency, QueueTimeout).");
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
