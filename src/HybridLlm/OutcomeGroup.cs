namespace HybridLlm;

/// <summary>What outcomes that are added up have in common.</summary>
/// <param name="Provider">The name of the provider.</param>
/// <param name="Model">The name of the model.</param>
/// <param name="ModelVersion">The version of the model; <see langword="null"/> when it is not known.</param>
/// <param name="TaskType">The task type.</param>
/// <param name="Complexity">The complexity.</param>
/// <param name="Start">When the part of the time begins that they fall into, in UTC; <see langword="null"/> when the time was not cut.</param>
public sealed record OutcomeGroup(
    string Provider, string Model, string? ModelVersion, string TaskType, ComplexityLevel Complexity, DateTimeOffset? Start = null)
{
    /// <summary>Gets the group of an outcome.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="bucket">Into which parts the time is cut; <see langword="null"/> not to cut it.</param>
    /// <returns>The group.</returns>
    public static OutcomeGroup Of(CallOutcome outcome, TimeSpan? bucket = null)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return new(
            outcome.Provider,
            outcome.Model,
            outcome.ModelVersion,
            outcome.TaskType,
            outcome.Complexity,
            bucket is { } length ? StartOf(outcome.Timestamp, length) : null);
    }

    /// <summary>Finds when the part of the time begins that a moment falls into.</summary>
    /// <param name="time">The moment.</param>
    /// <param name="bucket">How long a part is.</param>
    /// <returns>
    /// The start, in UTC. Parts are counted from 0001-01-01T00:00:00Z, a Monday: days begin at midnight and weeks with Monday. In seconds since 1970 that is
    /// <c>t - (t + 62135596800) % length</c>.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bucket"/> is not positive.</exception>
    public static DateTimeOffset StartOf(DateTimeOffset time, TimeSpan bucket)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(bucket, TimeSpan.Zero);
        return new(time.UtcTicks - (time.UtcTicks % bucket.Ticks), TimeSpan.Zero);
    }
}
