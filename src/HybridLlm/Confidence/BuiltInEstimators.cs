using HybridLlm.Confidence.Estimators;

namespace HybridLlm.Confidence;

/// <summary>The estimators that every answer meets.</summary>
internal static class BuiltInEstimators
{
    public static IReadOnlyList<IConfidenceEstimator> All { get; } =
    [
        new LogprobEstimator(),
        new FinishEstimator(),
        new RefusalEstimator(),
        new RepetitionEstimator(),
        new LanguageEstimator(),
        new SchemaEstimator(),
        new ToolCallEstimator(),
        new ArithmeticEstimator(),
        new CodeEstimator(),
        new GroundingEstimator(),
    ];
}
