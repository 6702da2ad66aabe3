namespace HybridLlm.Testing.Generation;

/// <summary>A slot that a run has taken. It is given back once, at the latest when the request is over.</summary>
internal sealed class SlotLease(SlotPool pool, Slot slot, ChatRun run, IChatDialect dialect) : IDisposable
{
    private bool _given;

    public void Dispose()
    {
        if (_given)
        {
            return;
        }

        _given = true;
        run.Ended = true;
        dialect.Ended(run);
        pool.Release(slot);
    }
}
