namespace HybridLlm.Testing.Generation;

/// <summary>A place at which one request at a time is worked on.</summary>
internal sealed class Slot(int id)
{
    public int Id => id;

    /// <summary>Gets or sets the run in the slot, or the last one; <see langword="null"/> on a fresh slot.</summary>
    public ChatRun? Run { get; set; }

    public bool Busy { get; set; }
}
