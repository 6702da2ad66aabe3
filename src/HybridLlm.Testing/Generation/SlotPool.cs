namespace HybridLlm.Testing.Generation;

/// <summary>The slots of a simulator: first come, first served, and of the free ones the one whose cache fits the prompt best.</summary>
internal sealed class SlotPool(int count, Action changed)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(TaskCompletionSource<Slot> Turn, IReadOnlyList<string> Prompt)> _queue = new();

    public IReadOnlyList<Slot> Slots { get; } = [.. Enumerable.Range(0, count).Select(static id => new Slot(id))];

    public int Busy
    {
        get
        {
            lock (_gate)
            {
                return Slots.Count(static slot => slot.Busy);
            }
        }
    }

    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _queue.Count;
            }
        }
    }

    /// <summary>Waits for a slot. The caller gives it back with <see cref="Release"/>.</summary>
    public async Task<Slot> AcquireAsync(IReadOnlyList<string> prompt, CancellationToken cancellationToken)
    {
        LinkedListNode<(TaskCompletionSource<Slot> Turn, IReadOnlyList<string>)> place;
        lock (_gate)
        {
            if (_queue.Count == 0 && TakeFree(prompt) is { } free)
            {
                return free;
            }

            place = _queue.AddLast((new TaskCompletionSource<Slot>(TaskCreationOptions.RunContinuationsAsynchronously), prompt));
        }

        changed();
        try
        {
            return await place.Value.Turn.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Leave(place);
            throw;
        }
    }

    public void Release(Slot slot)
    {
        lock (_gate)
        {
            slot.Busy = false;
            while (_queue.First is { } next && TakeFree(next.Value.Prompt) is { } free)
            {
                _queue.RemoveFirst();
                next.Value.Turn.SetResult(free);
            }
        }

        changed();
    }

    private void Leave(LinkedListNode<(TaskCompletionSource<Slot> Turn, IReadOnlyList<string>)> place)
    {
        Slot? unused = null;
        lock (_gate)
        {
            if (place.List is not null)
            {
                _queue.Remove(place);
            }
            else
            {
                // The turn came while the caller was leaving.
                unused = place.Value.Turn.Task.Result;
            }
        }

        if (unused is not null)
        {
            Release(unused);
        }

        changed();
    }

    private Slot? TakeFree(IReadOnlyList<string> prompt)
    {
        var free = Slots.Where(static slot => !slot.Busy).MaxBy(slot => slot.Run?.CommonPrefix(prompt) ?? 0);
        if (free is not null)
        {
            free.Busy = true;
        }

        return free;
    }
}
