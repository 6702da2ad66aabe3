using System.Diagnostics;
using System.Diagnostics.Metrics;
using HybridLlm.Configuration;

namespace HybridLlm.Diagnostics;

/// <summary>What HybridLlm tells OpenTelemetry: the source of its spans and its meter.</summary>
internal sealed class Telemetry : IDisposable
{
    private const string ContentVariable = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";

    private readonly OptionsWatcher _options;
    private readonly bool _capturesContent;

    public Telemetry(OptionsWatcher options, IMeterFactory meters, TimeProvider time, Func<string, string?> environment)
    {
        _options = options;
        _capturesContent = IsYes(environment(ContentVariable));
        Time = time;
        Version = typeof(Telemetry).Assembly.GetName().Version?.ToString(3);
        Source = new(HybridLlmDiagnostics.ActivitySourceName, Version);
        Meter = meters.Create(HybridLlmDiagnostics.MeterName, Version);
        Instruments = new(Meter);
    }

    public ActivitySource Source { get; }

    public Meter Meter { get; }

    public Instruments Instruments { get; }

    public TimeProvider Time { get; }

    public TelemetryOptions Options => _options.Current.Telemetry;

    public bool CapturesContent => Options.CaptureContent ?? _capturesContent;

    private string? Version { get; }

    /// <summary>Gets what a request that begins now is part of, for one whose work begins later and perhaps elsewhere; <see langword="null"/> when nobody asks.</summary>
    public Activity? Parent => Source.HasListeners() ? Activity.Current : null;

    /// <summary>Begins to watch over a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="streamed">Whether its answer is read as a stream.</param>
    /// <param name="parent">What it is part of; <see langword="null"/> for the current activity.</param>
    /// <param name="cancellation">The caller's token.</param>
    /// <returns>What watches over it until it is disposed; <see langword="null"/> when nobody listens.</returns>
    public RequestTrace? Begin(LlmRequest request, bool streamed, Activity? parent, CancellationToken cancellation) =>
        Source.HasListeners() || Instruments.IsAnyEnabled ? new(this, request, streamed, parent, cancellation) : null;

    /// <summary>Ends the spans. The meter belongs to its factory.</summary>
    public void Dispose() => Source.Dispose();

    private static bool IsYes(string? value) =>
        value is not null && (value.Equals("true", StringComparison.OrdinalIgnoreCase)
            || value.Equals("SPAN_ONLY", StringComparison.OrdinalIgnoreCase)
            || value.Equals("SPAN_AND_EVENT", StringComparison.OrdinalIgnoreCase));
}
