namespace HybridLlm;

/// <summary>What experiments and shadow mode have shown so far, from all outcomes that are kept.</summary>
public sealed record ExperimentReport
{
    /// <summary>Gets when the report was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Gets the experiments, by name.</summary>
    public required IReadOnlyList<ExperimentResult> Experiments { get; init; }

    /// <summary>Gets what candidates did with mirrored requests, by model and task type.</summary>
    public required IReadOnlyList<ShadowResult> Shadows { get; init; }

    /// <summary>Gets what became of the requests that this process meant to mirror.</summary>
    public required ShadowActivity Activity { get; init; }
}
