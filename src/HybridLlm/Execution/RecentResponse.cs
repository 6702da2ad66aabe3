namespace HybridLlm.Execution;

/// <summary>Who gave an answer to what.</summary>
/// <param name="Model">The model that answered.</param>
/// <param name="TaskType">What was asked.</param>
/// <param name="Complexity">How hard it was.</param>
/// <param name="Attempt">Which attempt of its request it was.</param>
/// <param name="Confidence">How good the answer was believed to be before experience corrected it; <see langword="null"/> when it was not judged.</param>
internal readonly record struct RecentResponse(ModelProfile Model, string TaskType, ComplexityLevel Complexity, int Attempt, double? Confidence)
{
    /// <summary>Gets the count in the response id; 0 where nothing is remembered.</summary>
    public long Number { get; init; }

    /// <summary>Gets the latest rating; <see langword="null"/> when nobody rated.</summary>
    public double? Rating { get; init; }

    /// <summary>Gets the variant that the answer was given with; <see langword="null"/> when it counts for no experiment.</summary>
    public ExperimentAssignment? Experiment { get; init; }
}
