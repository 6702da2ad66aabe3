namespace HybridLlm;

/// <summary>The names under which HybridLlm reports to OpenTelemetry, for <c>AddSource</c> and <c>AddMeter</c>.</summary>
/// <remarks>
/// A name that is misspelt there reports nothing and says nothing. What the spans and instruments mean stands in <c>docs/telemetry.md</c>.
/// </remarks>
public static class HybridLlmDiagnostics
{
    /// <summary>The name of the source of spans: <c>HybridLlm</c>.</summary>
    public const string ActivitySourceName = "HybridLlm";

    /// <summary>The name of the meter: <c>HybridLlm</c>.</summary>
    public const string MeterName = "HybridLlm";
}
