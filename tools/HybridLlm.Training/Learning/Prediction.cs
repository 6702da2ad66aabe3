namespace HybridLlm.Training.Learning;

/// <summary>What the heads say of a prompt whose author they know nothing of.</summary>
/// <param name="Example">The prompt.</param>
/// <param name="Logits">What they say.</param>
/// <param name="Fold">The part of the authors that was left out.</param>
internal sealed record Prediction(Example Example, float[] Logits, int Fold);
