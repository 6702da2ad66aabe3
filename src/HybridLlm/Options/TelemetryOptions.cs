namespace HybridLlm;

/// <summary>What is told to OpenTelemetry. Nothing of it costs anything as long as nobody listens.</summary>
public sealed class TelemetryOptions
{
    /// <summary>Gets or sets whether each call of a model is reported as a CLIENT span and in the metrics <c>gen_ai.*</c>. Default: <see cref="ClientSpanMode.Auto"/>.</summary>
    public ClientSpanMode ClientSpans { get; set; }

    /// <summary>
    /// Gets or sets whether prompts and answers are written into the spans. Default: <see langword="null"/>, which leaves it to the environment variable
    /// <c>OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT</c> (<c>true</c>, <c>SPAN_ONLY</c> or <c>SPAN_AND_EVENT</c>), so that without it nothing is.
    /// </summary>
    public bool? CaptureContent { get; set; }
}
