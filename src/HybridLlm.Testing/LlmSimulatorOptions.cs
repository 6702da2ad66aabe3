namespace HybridLlm.Testing;

/// <summary>What all simulators have in common. Set before the start; later changes have no effect.</summary>
public abstract class LlmSimulatorOptions
{
    private protected LlmSimulatorOptions()
    {
    }

    /// <summary>Gets or sets the name of the model; <c>sim-model</c> by default.</summary>
    public string Model { get; set; } = "sim-model";

    /// <summary>Gets or sets the size of the context in tokens; 4096 by default.</summary>
    public int ContextLength { get; set; } = 4096;

    /// <summary>Gets or sets how many requests generate at the same time; the others wait, first come, first served. 4 by default.</summary>
    public int Slots { get; set; } = 4;

    /// <summary>Gets or sets the time from the slot to the first token; zero by default.</summary>
    public TimeSpan TimeToFirstToken { get; set; }

    /// <summary>Gets or sets the time from one token to the next; zero by default. <see cref="TokensPerSecond"/> is the same, said otherwise.</summary>
    public TimeSpan TokenDelay { get; set; }

    /// <summary>Gets or sets the pace in tokens a second; infinite, the default, for no delay.</summary>
    public double TokensPerSecond
    {
        get => TokenDelay == TimeSpan.Zero ? double.PositiveInfinity : 1 / TokenDelay.TotalSeconds;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            TokenDelay = double.IsPositiveInfinity(value) ? TimeSpan.Zero : TimeSpan.FromSeconds(1 / value);
        }
    }

    /// <summary>Gets or sets how long a model takes to load; zero, the default, for a model that is there at once.</summary>
    public TimeSpan LoadTime { get; set; }

    /// <summary>Gets the keys of which a request must bring one; empty, the default, for no check.</summary>
    public IList<string> ApiKeys { get; } = [];

    /// <summary>Gets or sets the number of dimensions of embeddings; 128 by default.</summary>
    public int EmbeddingDimensions { get; set; } = 128;

    /// <summary>Gets or sets the clock that delays, time stamps and timings come from; the system's by default.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>
    /// Gets or sets after which time an idle connection is closed; <see langword="null"/>, the default, for never. The real backends
    /// do it after 5 seconds, so that a client finds pooled connections dead.
    /// </summary>
    public TimeSpan? KeepAliveTimeout { get; set; }

    /// <summary>Gets or sets how many requests the log keeps, the newest; 1000 by default.</summary>
    public int MaxRecordedRequests { get; set; } = 1000;

    /// <summary>Gets or sets the port to listen on; 0, the default, for a free one.</summary>
    public int Port { get; set; }

    internal virtual void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Model);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentOutOfRangeException.ThrowIfLessThan(ContextLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Slots, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(TimeToFirstToken, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(TokenDelay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(LoadTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(EmbeddingDimensions, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRecordedRequests, 1);
    }
}
