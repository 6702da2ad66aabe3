using System.Text.Json;

namespace HybridLlm.LlamaCpp;

/// <summary>How long llama.cpp itself says that it took for an answer.</summary>
public sealed record LlamaCppTimings : IServerTimings
{
    /// <summary>Gets the number of tokens of the prompt that were processed; those taken from the cache are not among them.</summary>
    public int PromptTokens { get; init; }

    /// <summary>Gets the number of tokens of the prompt that were taken from the cache.</summary>
    public int CachedPromptTokens { get; init; }

    /// <summary>Gets the time that the prompt took.</summary>
    public TimeSpan PromptDuration { get; init; }

    /// <summary>Gets the number of generated tokens.</summary>
    public int GeneratedTokens { get; init; }

    /// <summary>Gets the time that the generation took.</summary>
    public TimeSpan GenerationDuration { get; init; }

    /// <summary>Gets the number of tokens that a draft model proposed; 0 without one.</summary>
    public int DraftTokens { get; init; }

    /// <summary>Gets how many of the proposed tokens were taken.</summary>
    public int AcceptedDraftTokens { get; init; }

    /// <summary>Gets the processed tokens of the prompt per second; 0 when there were none.</summary>
    public double PromptTokensPerSecond => Rate(PromptTokens, PromptDuration);

    /// <summary>Gets the generated tokens per second; 0 when there were none.</summary>
    public double TokensPerSecond => Rate(GeneratedTokens, GenerationDuration);

    /// <inheritdoc/>
    double? IServerTimings.TokensPerSecond => TokensPerSecond > 0 ? TokensPerSecond : null;

    /// <summary>Reads the server's own form. What is missing or of a wrong type counts as 0.</summary>
    /// <param name="timings">The object.</param>
    /// <returns>The timings; <see langword="null"/> when it is no object.</returns>
    internal static LlamaCppTimings? Read(JsonElement timings) => timings.ValueKind != JsonValueKind.Object ? null : new()
    {
        PromptTokens = Count(timings, "prompt_n"),
        CachedPromptTokens = Count(timings, "cache_n"),
        PromptDuration = Duration(timings, "prompt_ms"),
        GeneratedTokens = Count(timings, "predicted_n"),
        GenerationDuration = Duration(timings, "predicted_ms"),
        DraftTokens = Count(timings, "draft_n"),
        AcceptedDraftTokens = Count(timings, "draft_n_accepted"),
    };

    private static double Rate(int tokens, TimeSpan duration) => tokens > 0 && duration > TimeSpan.Zero ? tokens / duration.TotalSeconds : 0;

    private static int Count(JsonElement timings, string name) =>
        timings.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) ? count : 0;

    private static TimeSpan Duration(JsonElement timings, string name) =>
        timings.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var milliseconds)
            && milliseconds is > 0 and < 1e12
            ? TimeSpan.FromMilliseconds(milliseconds)
            : TimeSpan.Zero;
}
