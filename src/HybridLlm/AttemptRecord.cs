namespace HybridLlm;

/// <summary>What one attempt of a request came to.</summary>
public sealed record AttemptRecord
{
    /// <summary>Gets which attempt of the request this was, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Gets the name of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>Gets the name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Gets what the attempt came to.</summary>
    public required OutcomeStatus Status { get; init; }

    /// <summary>Gets the kind of failure; <see langword="null"/> when it did not fail.</summary>
    public ProviderErrorKind? Error { get; init; }

    /// <summary>Gets the reason in words; <see langword="null"/> when it succeeded.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets how long the attempt took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Gets the time until the first content; <see langword="null"/> when there was none or it was not seen.</summary>
    public TimeSpan? TimeToFirstToken { get; init; }

    /// <summary>Gets a value indicating whether the attempt was started beside a slow one (a hedge).</summary>
    public bool IsHedge { get; init; }

    /// <summary>Gets how good the answer is believed to be; <see langword="null"/> when it was not judged.</summary>
    public AnswerConfidence? Confidence { get; init; }

    /// <summary>Gets the exception; <see langword="null"/> when there was none.</summary>
    public Exception? Exception { get; init; }

    /// <summary>Returns the attempt in words.</summary>
    /// <returns>The words.</returns>
    public override string ToString()
    {
        var result = Error is { } error ? $"{Status} ({error}: {Reason})" : Reason is null ? $"{Status}" : $"{Status} ({Reason})";
        return FormattableString.Invariant($"{Number}. {Model} at {Provider}{(IsHedge ? ", hedge" : "")}: {result} after {Duration.TotalMilliseconds:0} ms{(Confidence is null ? "" : $", {Confidence}")}");
    }
}
