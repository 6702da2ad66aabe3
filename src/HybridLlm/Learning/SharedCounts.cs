namespace HybridLlm.Learning;

/// <summary>Counts that one writer changes while others read. Both numbers are published in one word, so that readers take no lock and see no half of a change.</summary>
internal struct SharedCounts
{
    private long _published;
    private double _calls;
    private double _successes;

    /// <summary>Reads what is published; safe on any thread.</summary>
    public Counts Read()
    {
        var word = Volatile.Read(ref _published);
        return new(BitConverter.Int32BitsToSingle((int)(word >> 32)), BitConverter.Int32BitsToSingle((int)word));
    }

    /// <summary>Gets the exact counts, for the writer.</summary>
    public readonly Counts Exact => new(_calls, _successes);

    /// <summary>Sets the counts. One writer at a time.</summary>
    public void Write(Counts counts)
    {
        _calls = counts.Calls;
        _successes = counts.Successes;
        var calls = (uint)BitConverter.SingleToInt32Bits((float)_calls);
        var successes = (uint)BitConverter.SingleToInt32Bits((float)_successes);
        Volatile.Write(ref _published, (long)(((ulong)calls << 32) | successes));
    }
}
