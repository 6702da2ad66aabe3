namespace HybridLlm.Tool.Cascade;

/// <summary>What comes of escalating the answers below a threshold.</summary>
/// <param name="Rate">The share of answers that is escalated.</param>
/// <param name="Threshold">The confidence below which they are.</param>
/// <param name="Precision">The share of the escalated that were wrong.</param>
/// <param name="Recall">The share of the wrong that are escalated.</param>
/// <param name="Accuracy">The share right in the end; <see langword="null"/> where it is not known how the strong model did.</param>
/// <param name="Gain">How much that is above random escalation at the same rate.</param>
internal sealed record CascadePoint(double Rate, double Threshold, double Precision, double Recall, double? Accuracy, double? Gain);
