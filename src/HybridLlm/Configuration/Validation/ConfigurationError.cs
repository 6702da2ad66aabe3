using System.Globalization;
using HybridLlm.Configuration.Binding;
using HybridLlm.Text;

namespace HybridLlm.Configuration.Validation;

/// <summary>One thing that is wrong with the configuration: where, what stands there, and what to write instead.</summary>
/// <param name="Path">The full configuration path, such as <c>HybridLlm:Providers:lmstudio:MaxConcurrency</c>.</param>
/// <param name="Value">The bad value as it was written; <see langword="null"/> when something is missing.</param>
/// <param name="Remedy">What is wrong and what to write instead.</param>
internal sealed record ConfigurationError(string Path, string? Value, string Remedy)
{
    private const int LongestValue = 120;

    /// <summary>Makes an error of a value of any type. Values of keys and passwords are not repeated.</summary>
    public static ConfigurationError Of(string path, object? value, string remedy) =>
        new(path, value is null ? null : Show(path, value), remedy);

    /// <summary>Returns the error as one line for people.</summary>
    public override string ToString() =>
        Value is null ? $"{Path} is missing. {Remedy}" : $"{Path} is '{Value}'. {Remedy}";

    private static string Show(string path, object value)
    {
        if (path.EndsWith("ApiKey", StringComparison.OrdinalIgnoreCase) || path.EndsWith("Password", StringComparison.OrdinalIgnoreCase))
        {
            return "***";
        }

        var text = value switch
        {
            TimeSpan time => ValueRule.Show(time),
            IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
            _ => Redaction.Of(value.ToString() ?? ""),
        };

        // A word before an @ in an address is a user, and one behind that a password, however the rest is written.
        if (path.Contains("Endpoint", StringComparison.OrdinalIgnoreCase) && text.LastIndexOf('@') is var at and > 0)
        {
            text = Redaction.Mark + text[at..];
        }

        // One error is one line of a log, whatever somebody pasted into the file.
        var shown = text.Length <= LongestValue ? text : $"{text.AsSpan(0, LongestValue)}…";
        return string.Create(shown.Length, shown, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) ? ' ' : source[i];
            }
        });
    }
}
