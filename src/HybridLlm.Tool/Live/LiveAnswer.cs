namespace HybridLlm.Tool.Live;

/// <summary>What one way of answering made of one task.</summary>
/// <param name="Model">The model whose answer was returned.</param>
/// <param name="IsRight">Whether the answer passed its check.</param>
/// <param name="Seconds">How long the caller waited.</param>
/// <param name="IsEscalated">Whether a first answer was given up for a stronger model's.</param>
/// <param name="PredictedTask">What the request was taken for.</param>
/// <param name="Confidence">How good the answer was believed to be; <see langword="null"/> when it was not judged.</param>
/// <param name="Text">The answer.</param>
internal sealed record LiveAnswer(string Model, bool IsRight, double Seconds, bool IsEscalated, string PredictedTask, double? Confidence, string Text);
