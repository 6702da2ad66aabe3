namespace HybridLlm.Ollama;

/// <summary>How long Ollama itself says that it took for an answer.</summary>
public sealed record OllamaTimings : IServerTimings
{
    /// <summary>Gets the time of the whole request, with all waiting and loading.</summary>
    public TimeSpan TotalDuration { get; init; }

    /// <summary>
    /// Gets the time until a runner was there: the scheduler's queue, the eviction of another model and the load. About a millisecond for a loaded model; the wait for a
    /// free place of a loaded model is not in it.
    /// </summary>
    public TimeSpan LoadDuration { get; init; }

    /// <summary>Gets the number of tokens of the prompt, those taken from the cache included; <see langword="null"/> where the server does not tell.</summary>
    public int? PromptTokens { get; init; }

    /// <summary>Gets the time that the part of the prompt took which was not in the cache.</summary>
    public TimeSpan PromptDuration { get; init; }

    /// <summary>Gets the number of generated tokens, thoughts and the end token included. With thoughts and a schema some models generate twice; then those of the second time.</summary>
    public int GeneratedTokens { get; init; }

    /// <summary>Gets the time that the generation took.</summary>
    public TimeSpan GenerationDuration { get; init; }

    /// <summary>Gets the generated tokens per second; 0 when there were none.</summary>
    public double TokensPerSecond => GeneratedTokens > 0 && GenerationDuration > TimeSpan.Zero ? GeneratedTokens / GenerationDuration.TotalSeconds : 0;

    /// <inheritdoc/>
    double? IServerTimings.TokensPerSecond => TokensPerSecond > 0 ? TokensPerSecond : null;
}
