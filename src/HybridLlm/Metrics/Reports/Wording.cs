using System.Globalization;

namespace HybridLlm.Metrics.Reports;

/// <summary>Figures in words, the same in every culture.</summary>
internal static class Wording
{
    public static string Percent(double? share) => share is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value * 100:0.#} %") : "?";

    /// <summary>A difference of shares: <c>+8.1</c> points.</summary>
    public static string Points(double? difference) => difference is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value * 100:+0.#;-0.#;0}") : "?";

    public static string Times(double? ratio) => ratio is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value:0.0#}×") : "?";

    /// <summary>How much faster or slower.</summary>
    public static string Speed(double ratio) => ratio >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{ratio:0.0}× faster")
        : string.Create(CultureInfo.InvariantCulture, $"{1 / ratio:0.0}× slower");

    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The interval of a difference of shares.</summary>
    public static string Points(ConfidenceInterval? interval) => $"{Points(interval?.Low)} to {Points(interval?.High)} points";

    public static string Times(ConfidenceInterval? interval) => interval is null ? "?" : $"{Times(interval.Value.Low)} to {Times(interval.Value.High)}";
}
