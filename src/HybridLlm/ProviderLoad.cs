namespace HybridLlm;

/// <summary>How busy a backend says it is. It lags behind a little, and a backend that hangs goes on saying what it said last.</summary>
/// <param name="Running">How many requests are worked on.</param>
/// <param name="Waiting">How many requests wait for their turn.</param>
public sealed record ProviderLoad(int Running, int Waiting)
{
    /// <summary>Gets the used part of the memory for prompts and answers (the KV cache), 0 to 1; <see langword="null"/> where the backend does not tell.</summary>
    public double? CacheUsage { get; init; }

    /// <summary>Gets how long requests waited for their turn on average since the backend was started; <see langword="null"/> where it does not tell, or had none.</summary>
    public TimeSpan? MeanQueueTime { get; init; }

    /// <summary>Gets how often a running request was put back for want of memory, since the backend was started; <see langword="null"/> where it does not tell.</summary>
    public long? Preemptions { get; init; }
}
