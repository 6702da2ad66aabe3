namespace HybridLlm.Execution;

/// <summary>Who gave an answer to what.</summary>
/// <param name="Number">The count in the response id; 0 where nothing is remembered.</param>
/// <param name="Model">The model that answered.</param>
/// <param name="TaskType">What was asked.</param>
/// <param name="Complexity">How hard it was.</param>
/// <param name="Confidence">How good the answer was believed to be before experience corrected it; not a number when it was not judged.</param>
internal readonly record struct RecentResponse(long Number, ModelProfile Model, string TaskType, ComplexityLevel Complexity, double Confidence);
