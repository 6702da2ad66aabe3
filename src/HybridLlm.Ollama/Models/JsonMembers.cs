using System.Text.Json;

namespace HybridLlm.Ollama.Models;

/// <summary>Reads members that may be missing or of another type; then they are as if they were not there.</summary>
internal static class JsonMembers
{
    internal static JsonElement Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    internal static string? Text(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.String } member && member.GetString() is { Length: > 0 } text ? text : null;

    internal static long? Long(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Number } member && member.TryGetInt64(out var number) ? number : null;

    /// <summary>Reads a number above 0.</summary>
    /// <param name="element">The object.</param>
    /// <param name="name">The member's name.</param>
    /// <returns>The number; <see langword="null"/> if there is none.</returns>
    internal static int? Int(this JsonElement element, string name) => element.Long(name) is { } number and > 0 and <= int.MaxValue ? (int)number : null;

    internal static DateTimeOffset? Time(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.String } member && member.TryGetDateTimeOffset(out var time) ? time : null;
}
