namespace HybridLlm;

/// <summary>Whether the words of prompts are learned from, beyond their task type and complexity.</summary>
public sealed class PerPromptOptions
{
    /// <summary>
    /// Gets or sets a value indicating whether it is learned which words and signs of a prompt a model fails at. What is learned moves choices only while it predicts
    /// better than the task alone. It stays in memory; switched off, it is forgotten. Default: true.
    /// </summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets of how many models it is learned, 32 KB of memory each, 1 to 10,000; those beyond are judged by their tasks alone. Default: 64.</summary>
    public int MaxModels { get; set; } = 64;
}
