using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using HybridLlm.Learning;

namespace HybridLlm.Metrics;

/// <summary>Reads a line of a file to learn from: one call of a model, or what several models scored at a task.</summary>
internal sealed class SeedLine
{
    private const double SuccessFromScore = 0.5;

    private readonly JsonElement _row;
    private readonly string _text;
    private readonly int _occurrence;
    private readonly DateTimeOffset _now;

    private SeedLine(JsonElement row, string text, int occurrence, DateTimeOffset now)
    {
        _row = row;
        _text = text;
        _occurrence = occurrence;
        _now = now;
    }

    /// <summary>Reads a line.</summary>
    /// <param name="text">The line.</param>
    /// <param name="occurrence">How often the very same line came before: two equal calls are two calls.</param>
    /// <param name="now">When a call counts as made of which the line does not say when.</param>
    /// <returns>The outcomes.</returns>
    /// <exception cref="FormatException">The line means nothing; the message says what to write.</exception>
    public static IReadOnlyList<SeedOutcome> Read(string text, int occurrence, DateTimeOffset now)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new FormatException("Write one JSON object on each line.");
            }

            return new SeedLine(document.RootElement, text, occurrence, now).ReadAll();
        }
        catch (JsonException exception)
        {
            throw new FormatException($"It is no JSON ({exception.Message}). Write one JSON object on each line.", exception);
        }
    }

    private List<SeedOutcome> ReadAll()
    {
        var task = Text("task_type") ?? Text("task") ?? throw new FormatException("There is no task. Add \"task_type\", such as \"translation\".");
        var prompt = Prompt();
        if (!_row.TryGetProperty("scores", out var scores))
        {
            var name = Text("model") ?? throw new FormatException("There is no model. Add \"model\", the name of one, or \"scores\", an object with a score for each model.");
            return [new(Outcome(name, task, Succeeded()), prompt)];
        }

        if (scores.ValueKind != JsonValueKind.Object || !scores.EnumerateObject().Any())
        {
            throw new FormatException("\"scores\" must be an object with a score for each model, such as { \"qwen2.5-7b\": 1 }.");
        }

        return [.. scores.EnumerateObject().Select(score => new SeedOutcome(Outcome(score.Name, task, Share(score.Value, $"scores.{score.Name}") >= SuccessFromScore), prompt))];
    }

    private bool Succeeded() =>
        _row.TryGetProperty("success", out var success)
            ? success.ValueKind is JsonValueKind.True or JsonValueKind.False ? success.GetBoolean() : throw new FormatException("\"success\" must be true or false.")
            : _row.TryGetProperty("score", out var score)
                ? Share(score, "score") >= SuccessFromScore
                : throw new FormatException("It does not say how the call went. Add \"success\" (true or false) or \"score\" (0 to 1).");

    private CallOutcome Outcome(string model, string task, bool succeeded)
    {
        var id = Id(model);
        return new()
        {
            Id = id,
            Timestamp = Time() ?? _now,
            RequestId = $"seed-{id:N}",
            Provider = Text("provider") ?? "seed",
            Model = model,
            ModelVersion = Text("version"),
            TaskType = task,
            Complexity = Complexity(),
            Status = succeeded ? OutcomeStatus.Succeeded : OutcomeStatus.Failed,
            DurationMs = Number("duration_ms") ?? 0,
            TimeToFirstTokenMs = Number("first_token_ms"),
            InputTokens = (int?)Number("input_tokens"),
            OutputTokens = (int?)Number("output_tokens"),
            TokensPerSecond = Number("tokens_per_second"),
        };
    }

    // The same line is the same call, so that it is learned from once.
    private Guid Id(string model)
    {
        if (Text("id") is { } given)
        {
            return Guid.TryParse(given, out var id) && id != Guid.Empty
                ? id
                : throw new FormatException($"\"id\" is '{given}'. Write a GUID, or leave it out.");
        }

        return new(SHA256.HashData(Encoding.UTF8.GetBytes($"{_occurrence}\n{model}\n{_text.Trim()}")).AsSpan(0, 16));
    }

    private DateTimeOffset? Time() => Text("timestamp") is not { } text ? null
        : _row.GetProperty("timestamp").TryGetDateTimeOffset(out var time) ? time
        : throw new FormatException($"\"timestamp\" is '{text}'. Write it as 2026-03-02T14:30:00Z, or leave it out.");

    private ComplexityLevel Complexity() => Text("complexity") is not { } text ? ComplexityLevel.Medium
        : Enum.TryParse<ComplexityLevel>(text, ignoreCase: true, out var level) && Enum.IsDefined(level) ? level
        : throw new FormatException($"\"complexity\" is '{text}'. Write simple, medium or complex, or leave it out.");

    // A prompt in another form, such as a list of messages, is one of the keys that are ignored.
    private ushort[]? Prompt() => _row.TryGetProperty("prompt", out var prompt) && prompt.ValueKind == JsonValueKind.String && prompt.GetString() is { Length: > 0 } text
        ? PromptFeatures.Read(text)
        : null;

    private string? Text(string name) => !_row.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String && value.GetString() is { } text && !string.IsNullOrWhiteSpace(text) ? text
        : throw new FormatException($"\"{name}\" must be a text that is not empty.");

    private double? Number(string name) => !_row.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number is >= 0 and <= int.MaxValue ? number
        : throw new FormatException($"\"{name}\" must be a number, 0 or more.");

    private static double Share(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var share) && share is >= 0 and <= 1
            ? share
            : throw new FormatException($"\"{name}\" must be a number from 0 (failed) to 1 (succeeded).");
}
