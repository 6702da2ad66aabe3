namespace HybridLlm.Confidence;

/// <summary>What an answer looked like, and what it turned out to be.</summary>
/// <param name="Logit">The logit of its uncorrected confidence.</param>
/// <param name="Label">How good it was, 0 to 1.</param>
/// <param name="Weight">How much that judgement counts, above 0.</param>
/// <param name="Source">The request, by which a later judgement replaces an earlier one.</param>
internal readonly record struct CalibrationSample(double Logit, double Label, double Weight, string Source);
