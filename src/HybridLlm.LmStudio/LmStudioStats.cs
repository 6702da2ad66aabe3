using System.Text.Json;

namespace HybridLlm.LmStudio;

/// <summary>What LM Studio itself says of an answer. What it does not say is <see langword="null"/>.</summary>
/// <remarks>
/// LM Studio tells times only by its own route (<see cref="LmStudioOptions.DetailedStats"/>), and the tokens of a draft model by every route.
/// </remarks>
public sealed record LmStudioStats : IServerTimings
{
    /// <summary>Gets the generated tokens per second.</summary>
    public double? TokensPerSecond { get; init; }

    /// <summary>Gets the time to the first token.</summary>
    public TimeSpan? TimeToFirstToken { get; init; }

    /// <summary>Gets the time that the generation took.</summary>
    public TimeSpan? GenerationDuration { get; init; }

    /// <summary>Gets the time that the model took to load, if the request loaded it.</summary>
    public TimeSpan? LoadDuration { get; init; }

    /// <summary>Gets why the generation ended, in LM Studio's words, such as <c>eosFound</c> or <c>contextLengthReached</c>.</summary>
    public string? StopReason { get; init; }

    /// <summary>Gets the draft model of speculative decoding.</summary>
    public string? DraftModel { get; init; }

    /// <summary>Gets the number of tokens that the draft model proposed.</summary>
    public int? DraftTokens { get; init; }

    /// <summary>Gets how many of the proposed tokens were taken.</summary>
    public int? AcceptedDraftTokens { get; init; }

    /// <summary>Reads the server's own form. What is missing, of a wrong type or not finite is left out.</summary>
    /// <param name="stats">The object.</param>
    /// <returns>The statistics; <see langword="null"/> when there are none.</returns>
    internal static LmStudioStats? Read(JsonElement stats)
    {
        if (stats.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var read = new LmStudioStats
        {
            TokensPerSecond = Number(stats, "tokens_per_second"),
            TimeToFirstToken = Seconds(stats, "time_to_first_token") ?? Seconds(stats, "time_to_first_token_seconds"),
            GenerationDuration = Seconds(stats, "generation_time"),
            LoadDuration = Seconds(stats, "model_load_time_seconds"),
            StopReason = Text(stats, "stop_reason"),
            DraftModel = Text(stats, "draft_model"),
            DraftTokens = (int?)Number(stats, "total_draft_tokens_count"),
            AcceptedDraftTokens = (int?)Number(stats, "accepted_draft_tokens_count"),
        };
        return read == new LmStudioStats() ? null : read;
    }

    private static TimeSpan? Seconds(JsonElement stats, string name) => Number(stats, name) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    private static double? Number(JsonElement stats, string name) =>
        stats.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number is >= 0 and < 1e9
            ? number
            : null;

    private static string? Text(JsonElement stats, string name) =>
        stats.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
