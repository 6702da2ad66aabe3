namespace HybridLlm.Learning;

/// <summary>What was predicted of a call before it was learned from.</summary>
/// <param name="Alone">The success that the task led to expect, above 0 and below 1.</param>
/// <param name="WithWords">The success that the words of the prompt led to expect as well, above 0 and below 1.</param>
/// <param name="Score">How well it went, as far as was known then, 0 to 1.</param>
internal readonly record struct PromptForecast(double Alone, double WithWords, double Score)
{
    /// <summary>Gets by how much the words made the prediction better: the difference of the log losses, in nats.</summary>
    /// <param name="score">How well the call went, 0 to 1.</param>
    public double Gain(double score) => (score * Math.Log(WithWords / Alone)) + ((1 - score) * Math.Log((1 - WithWords) / (1 - Alone)));
}
