namespace HybridLlm.Learning;

/// <summary>Counts that one writer changes while others read. Both numbers are published in one word, so that readers take no lock and see no half of a change.</summary>
internal struct SharedCounts
{
    private long _published;
    private double _calls;
    private double _successes;
    private double _otherCalls;
    private double _otherSuccesses;

    /// <summary>Reads what is published; safe on any thread.</summary>
    public Counts Read()
    {
        var word = Volatile.Read(ref _published);
        return new(BitConverter.Int32BitsToSingle((int)(word >> 32)), BitConverter.Int32BitsToSingle((int)word));
    }

    /// <summary>Gets the exact counts, without those of others; for the writer.</summary>
    public readonly Counts Exact => new(_calls, _successes);

    /// <summary>Gets the counts of others; for the writer.</summary>
    public readonly Counts Others => new(_otherCalls, _otherSuccesses);

    /// <summary>Sets the counts. One writer at a time.</summary>
    public void Write(Counts counts)
    {
        _calls = counts.Calls;
        _successes = counts.Successes;
        Publish();
    }

    /// <summary>Sets what others counted, which readers see added. One writer at a time.</summary>
    public void WriteOthers(Counts counts)
    {
        _otherCalls = counts.Calls;
        _otherSuccesses = counts.Successes;
        Publish();
    }

    private void Publish()
    {
        var calls = (uint)BitConverter.SingleToInt32Bits((float)(_calls + _otherCalls));
        var successes = (uint)BitConverter.SingleToInt32Bits((float)(_successes + _otherSuccesses));
        Volatile.Write(ref _published, (long)(((ulong)calls << 32) | successes));
    }
}
