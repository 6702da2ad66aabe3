namespace HybridLlm;

/// <summary>What one attempt came to: the unit of learning and of persistence. Holds no prompt and no answer.</summary>
public sealed record CallOutcome
{
    /// <summary>Gets the id of the outcome. Stores take an outcome of the same id once.</summary>
    public required Guid Id { get; init; }

    /// <summary>Gets when the attempt ended.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>Gets the id of the request that it belongs to; the same for all attempts of a request and for its ratings.</summary>
    public required string RequestId { get; init; }

    /// <summary>Gets the name of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>Gets the name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Gets the version of the model; <see langword="null"/> when it is not known.</summary>
    public string? ModelVersion { get; init; }

    /// <summary>Gets the task type.</summary>
    public required string TaskType { get; init; }

    /// <summary>Gets the complexity.</summary>
    public ComplexityLevel Complexity { get; init; } = ComplexityLevel.Medium;

    /// <summary>Gets what the attempt came to.</summary>
    public required OutcomeStatus Status { get; init; }

    /// <summary>Gets the kind of failure; <see langword="null"/> when it did not fail.</summary>
    public ProviderErrorKind? Error { get; init; }

    /// <summary>Gets how long the attempt took, in milliseconds, without the time that the caller took to consume a stream.</summary>
    public double DurationMs { get; init; }

    /// <summary>Gets the time until the first content, in milliseconds; <see langword="null"/> when it was not seen.</summary>
    public double? TimeToFirstTokenMs { get; init; }

    /// <summary>Gets the number of tokens of the prompt; <see langword="null"/> when it is not known.</summary>
    public int? InputTokens { get; init; }

    /// <summary>Gets the number of tokens of the answer; <see langword="null"/> when it is not known.</summary>
    public int? OutputTokens { get; init; }

    /// <summary>Gets the generated tokens per second; <see langword="null"/> when it is not known.</summary>
    public double? TokensPerSecond { get; init; }

    /// <summary>Gets a value indicating whether the caller asked for a stream.</summary>
    public bool Streamed { get; init; }

    /// <summary>Gets which attempt of its request this was, from 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Gets a value indicating whether it was made because another model had failed the same request before.</summary>
    public bool IsFallback { get; init; }

    /// <summary>
    /// Gets the rating, 0 to 1, of a <see cref="OutcomeStatus.Rated"/> outcome, and of an <see cref="OutcomeStatus.Escalated"/> one how far the stronger model said the
    /// same; of a <see cref="OutcomeStatus.Shadowed"/> one how far it said the same as the answer that was given; otherwise
    /// <see langword="null"/>.
    /// </summary>
    public double? Rating { get; init; }

    /// <summary>Gets how good the answer was believed to be before experience corrected it, 0 to 1; <see langword="null"/> when it was not judged.</summary>
    public double? Confidence { get; init; }

    /// <summary>Gets the name of the experiment that the attempt counts for; <see langword="null"/> for none. Fallbacks and stronger models count for none.</summary>
    public string? Experiment { get; init; }

    /// <summary>Gets the name of the experiment's variant that the attempt was made with; <see langword="null"/> for none.</summary>
    public string? Variant { get; init; }
}
