using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace HybridLlm.Testing.Ollama;

/// <summary>Reads <c>keep_alive</c>: seconds as a number, or a duration as Go writes them.</summary>
internal static partial class GoDuration
{
    /// <summary>The value that stands for every negative one: for ever.</summary>
    public static readonly TimeSpan Forever = TimeSpan.MaxValue;

    /// <summary>Reads a value.</summary>
    /// <returns>The duration, <see langword="null"/> when none is given; or what is wrong.</returns>
    public static (TimeSpan? Value, string? Error) Read(JsonElement? value) => value switch
    {
        null => (null, null),
        { ValueKind: JsonValueKind.Number } number => (Bound(number.GetDouble()), null),
        { ValueKind: JsonValueKind.String } text => Parse(text.GetString()!),
        { ValueKind: JsonValueKind.Object } => (null, "Unsupported type: 'map[string]interface {}'"),
        { ValueKind: JsonValueKind.Array } => (null, "Unsupported type: '[]interface {}'"),
        _ => (null, "Unsupported type: 'bool'"),
    };

    private static (TimeSpan? Value, string? Error) Parse(string text)
    {
        if (text is "0" or "+0" or "-0")
        {
            return (TimeSpan.Zero, null);
        }

        var parts = Duration().Match(text);
        if (!parts.Success)
        {
            return (null, Number().IsMatch(text) ? $"time: missing unit in duration \"{text}\"" : $"time: invalid duration \"{text}\"");
        }

        var seconds = 0.0;
        for (var i = 0; i < parts.Groups[2].Captures.Count; i++)
        {
            seconds += double.Parse(parts.Groups[2].Captures[i].ValueSpan, CultureInfo.InvariantCulture) * Unit(parts.Groups[3].Captures[i].Value);
        }

        return (Bound(parts.Groups[1].Value == "-" ? -seconds : seconds), null);
    }

    private static double Unit(string name) => name switch
    {
        "ns" => 1e-9,
        "us" or "µs" => 1e-6,
        "ms" => 1e-3,
        "s" => 1,
        "m" => 60,
        _ => 3600,
    };

    private static TimeSpan Bound(double seconds) =>
        seconds < 0 || seconds > TimeSpan.FromDays(36_500).TotalSeconds ? Forever : TimeSpan.FromSeconds(seconds);

    [GeneratedRegex("^([-+]?)(?:(\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|ms|s|m|h))+$")]
    private static partial Regex Duration();

    [GeneratedRegex("^[-+]?(\\d+\\.?\\d*|\\.\\d+)$")]
    private static partial Regex Number();
}
