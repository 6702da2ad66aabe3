using System.Text.Json.Serialization;

namespace HybridLlm.Metrics;

/// <summary>A <see cref="CallOutcome"/> as a line of a journal, with the short names of its properties in the file.</summary>
internal sealed record JournalLine
{
    [JsonPropertyName("id")]
    public required Guid Id { get; init; }

    [JsonPropertyName("t")]
    public required DateTimeOffset Timestamp { get; init; }

    [JsonPropertyName("rq")]
    public required string RequestId { get; init; }

    [JsonPropertyName("p")]
    public required string Provider { get; init; }

    [JsonPropertyName("m")]
    public required string Model { get; init; }

    [JsonPropertyName("mv")]
    public string? ModelVersion { get; init; }

    [JsonPropertyName("task")]
    public required string TaskType { get; init; }

    [JsonPropertyName("c")]
    public required ComplexityLevel Complexity { get; init; }

    [JsonPropertyName("s")]
    public required OutcomeStatus Status { get; init; }

    [JsonPropertyName("e")]
    public ProviderErrorKind? Error { get; init; }

    [JsonPropertyName("ms")]
    public double DurationMs { get; init; }

    [JsonPropertyName("ttft")]
    public double? TimeToFirstTokenMs { get; init; }

    [JsonPropertyName("in")]
    public int? InputTokens { get; init; }

    [JsonPropertyName("out")]
    public int? OutputTokens { get; init; }

    [JsonPropertyName("tps")]
    public double? TokensPerSecond { get; init; }

    [JsonPropertyName("st")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Streamed { get; init; }

    [JsonPropertyName("n")]
    public int Attempt { get; init; } = 1;

    [JsonPropertyName("fb")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsFallback { get; init; }

    [JsonPropertyName("r")]
    public double? Rating { get; init; }

    [JsonPropertyName("cf")]
    public double? Confidence { get; init; }

    [JsonPropertyName("x")]
    public string? Experiment { get; init; }

    [JsonPropertyName("xv")]
    public string? Variant { get; init; }

    public static JournalLine From(CallOutcome outcome) => new()
    {
        Id = outcome.Id,
        Timestamp = outcome.Timestamp,
        RequestId = outcome.RequestId,
        Provider = outcome.Provider,
        Model = outcome.Model,
        ModelVersion = outcome.ModelVersion,
        TaskType = outcome.TaskType,
        Complexity = outcome.Complexity,
        Status = outcome.Status,
        Error = outcome.Error,
        DurationMs = outcome.DurationMs,
        TimeToFirstTokenMs = outcome.TimeToFirstTokenMs,
        InputTokens = outcome.InputTokens,
        OutputTokens = outcome.OutputTokens,
        TokensPerSecond = outcome.TokensPerSecond,
        Streamed = outcome.Streamed,
        Attempt = outcome.Attempt,
        IsFallback = outcome.IsFallback,
        Rating = outcome.Rating,
        Confidence = outcome.Confidence,
        Experiment = outcome.Experiment,
        Variant = outcome.Variant,
    };

    public CallOutcome ToOutcome() => new()
    {
        Id = Id,
        Timestamp = Timestamp,
        RequestId = RequestId,
        Provider = Provider,
        Model = Model,
        ModelVersion = ModelVersion,
        TaskType = TaskType,
        Complexity = Complexity,
        Status = Status,
        Error = Error,
        DurationMs = DurationMs,
        TimeToFirstTokenMs = TimeToFirstTokenMs,
        InputTokens = InputTokens,
        OutputTokens = OutputTokens,
        TokensPerSecond = TokensPerSecond,
        Streamed = Streamed,
        Attempt = Attempt,
        IsFallback = IsFallback,
        Rating = Rating,
        Confidence = Confidence,
        Experiment = Experiment,
        Variant = Variant,
    };
}
