using System.Threading.Channels;

namespace HybridLlm.Metrics;

/// <summary>Outcomes on their way to the store: written by requests without waiting, taken in batches by one reader. When it is full, the oldest goes.</summary>
internal sealed class OutcomeQueue
{
    private readonly Channel<CallOutcome> _channel;
    private readonly int _batchSize;
    private int _count;
    private long _dropped;

    public OutcomeQueue(int capacity, int batchSize)
    {
        _batchSize = batchSize;
        _channel = Channel.CreateBounded<CallOutcome>(
            new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ =>
            {
                Interlocked.Decrement(ref _count);
                Interlocked.Increment(ref _dropped);
            });
    }

    /// <summary>Gets how many outcomes wait.</summary>
    public int Count => _channel.Reader.Count;

    /// <summary>Adds an outcome; not after <see cref="Complete"/>.</summary>
    /// <returns>Whether a batch has just become full.</returns>
    public bool Enqueue(CallOutcome outcome)
    {
        // Counted before it can be taken, so that the count is never below what is in the queue.
        var full = Interlocked.Increment(ref _count) == _batchSize;
        return _channel.Writer.TryWrite(outcome) && full;
    }

    /// <summary>Takes up to a batch of outcomes, the oldest first.</summary>
    public CallOutcome[] TakeBatch()
    {
        List<CallOutcome>? batch = null;
        while ((batch?.Count ?? 0) < _batchSize && _channel.Reader.TryRead(out var outcome))
        {
            (batch ??= []).Add(outcome);
        }

        if (batch is null)
        {
            return [];
        }

        Interlocked.Add(ref _count, -batch.Count);
        return [.. batch];
    }

    /// <summary>Waits until there is an outcome.</summary>
    /// <returns><see langword="false"/> when there is none and none will come.</returns>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _channel.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Gets how many outcomes were dropped since the last call.</summary>
    public long TakeDropped() => Interlocked.Exchange(ref _dropped, 0);

    public void Complete() => _channel.Writer.TryComplete();
}
