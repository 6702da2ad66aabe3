namespace HybridLlm;

/// <summary>Which outcomes to read. What is <see langword="null"/> does not restrict.</summary>
public sealed record MetricsQuery
{
    /// <summary>Gets a query for everything.</summary>
    public static MetricsQuery All { get; } = new();

    /// <summary>Gets the earliest time, inclusive.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Gets the latest time, exclusive.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Gets the name of the model.</summary>
    public string? Model { get; init; }

    /// <summary>Gets the name of the provider.</summary>
    public string? Provider { get; init; }

    /// <summary>Gets the task type.</summary>
    public string? TaskType { get; init; }

    /// <summary>Tells whether the query asks for an outcome.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <returns>Whether it does.</returns>
    public bool Matches(CallOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return (From is not { } from || outcome.Timestamp >= from)
            && (To is not { } to || outcome.Timestamp < to)
            && (Model is null || outcome.Model == Model)
            && (Provider is null || outcome.Provider == Provider)
            && (TaskType is null || outcome.TaskType == TaskType);
    }
}
