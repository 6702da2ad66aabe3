using System.Globalization;
using Microsoft.Extensions.AI;

namespace HybridLlm;

/// <summary>Reads the routing hints that travel through plain <see cref="IChatClient"/>.</summary>
internal static class RequestHints
{
    /// <exception cref="ArgumentException">A hint has a value that means nothing.</exception>
    public static LlmRequest Read(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        var request = new LlmRequest(messages, options);
        if (options is null)
        {
            return request;
        }

        if (options.AdditionalProperties is not { Count: > 0 } hints)
        {
            return options.ModelId is null ? request : request with { Model = options.ModelId };
        }

        return request with
        {
            TaskType = Text(hints, HybridLlmOptionKeys.TaskType),
            Model = Text(hints, HybridLlmOptionKeys.Model) ?? options.ModelId,
            DataClass = Text(hints, HybridLlmOptionKeys.DataClass),
            Complexity = Choice<ComplexityLevel>(hints, HybridLlmOptionKeys.Complexity),
            Priority = Choice<RequestPriority>(hints, HybridLlmOptionKeys.Priority) ?? RequestPriority.Balanced,
            Conversation = Text(hints, HybridLlmOptionKeys.Conversation),
            Timeout = Duration(hints, HybridLlmOptionKeys.Timeout),
            EscalationThreshold = Share(hints, HybridLlmOptionKeys.EscalationThreshold),
            Metadata = Metadata(hints),
        };
    }

    private static string? Text(AdditionalPropertiesDictionary hints, string key) =>
        !hints.TryGetValue(key, out var value) || value is null ? null
        : value as string ?? throw Wrong(key, value, "a string");

    private static T? Choice<T>(AdditionalPropertiesDictionary hints, string key)
        where T : struct, Enum =>
        !hints.TryGetValue(key, out var value) || value is null ? null
        : value is T choice ? choice
        : value is string text && Enum.TryParse<T>(text, ignoreCase: true, out var parsed) && Enum.IsDefined(parsed) ? parsed
        : throw Wrong(key, value, string.Join(", ", Enum.GetNames<T>()));

    private static TimeSpan? Duration(AdditionalPropertiesDictionary hints, string key) =>
        !hints.TryGetValue(key, out var value) || value is null ? null
        : value is TimeSpan { Ticks: > 0 } span ? span
        : value is string text && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var parsed) && parsed > TimeSpan.Zero ? parsed
        : throw Wrong(key, value, "a positive TimeSpan such as 00:00:30");

    private static double? Share(AdditionalPropertiesDictionary hints, string key) =>
        !hints.TryGetValue(key, out var value) || value is null ? null
        : value is double and >= 0 and <= 1 ? (double)value
        : value is float and >= 0 and <= 1 ? (float)value
        : value is int and (0 or 1) ? (int)value
        : value is string text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) && parsed is >= 0 and <= 1 ? parsed
        : throw Wrong(key, value, "a number from 0 to 1");

    private static IReadOnlyDictionary<string, string>? Metadata(AdditionalPropertiesDictionary hints) =>
        !hints.TryGetValue(HybridLlmOptionKeys.Metadata, out var value) || value is null ? null
        : value as IReadOnlyDictionary<string, string> ?? throw Wrong(HybridLlmOptionKeys.Metadata, value, "a dictionary of strings");

    private static ArgumentException Wrong(string key, object value, string expected) =>
        new($"The hint '{key}' has the value '{value}' of type {value.GetType().Name}. It must be {expected}.");
}
