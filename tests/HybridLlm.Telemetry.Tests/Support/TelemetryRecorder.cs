using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace HybridLlm.Telemetry.Tests.Support;

/// <summary>OpenTelemetry's own SDK, with exporters that keep everything in memory.</summary>
internal sealed class TelemetryRecorder : IDisposable
{
    private readonly SpanExporter _spans = new();
    private readonly MetricExporter _metrics = new();
    private readonly BaseExportingMetricReader _reader;
    private readonly TracerProvider? _tracing;
    private readonly MeterProvider? _metering;

    public TelemetryRecorder(bool traces = true, bool metrics = true, string? alsoTrace = null)
    {
        _reader = new(_metrics) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative };
        if (traces)
        {
            var builder = Sdk.CreateTracerProviderBuilder().AddSource(HybridLlmDiagnostics.ActivitySourceName).AddProcessor(new SimpleActivityExportProcessor(_spans));
            _tracing = (alsoTrace is null ? builder : builder.AddSource(alsoTrace)).Build();
        }

        if (metrics)
        {
            _metering = Sdk.CreateMeterProviderBuilder().AddMeter(HybridLlmDiagnostics.MeterName).AddReader(_reader).Build();
        }
    }

    /// <summary>Gets the spans that have ended, in the order in which they did.</summary>
    public IReadOnlyList<Activity> Spans => [.. _spans.Ended];

    /// <summary>Gets the spans of calls of models.</summary>
    public IReadOnlyList<Activity> Calls => [.. Spans.Where(span => span.Kind == ActivityKind.Client).OrderBy(span => span.GetTagItem("hybridllm.attempt.number"))];

    /// <summary>Gets the spans of requests.</summary>
    public IReadOnlyList<Activity> Requests => [.. Spans.Where(span => span.OperationName == "hybridllm.route")];

    /// <summary>Gets what all instruments have come to.</summary>
    public IReadOnlyList<Point> Points
    {
        get
        {
            Assert.True(_reader.Collect());
            return _metrics.Points;
        }
    }

    public IReadOnlyList<Point> Of(string instrument) => [.. Points.Where(point => point.Instrument == instrument)];

    /// <summary>Gets the sum over all attributes, or over those with a value.</summary>
    public double Sum(string instrument, string? tag = null, object? value = null) =>
        Of(instrument).Where(point => tag is null || Equals(point[tag], value)).Sum(point => point.Sum);

    public long Count(string instrument) => Of(instrument).Sum(point => point.Count);

    public void Dispose()
    {
        _tracing?.Dispose();
        _metering?.Dispose();
    }

    private sealed class SpanExporter : BaseExporter<Activity>
    {
        public ConcurrentQueue<Activity> Ended { get; } = new();

        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var activity in batch)
            {
                Ended.Enqueue(activity);
            }

            return ExportResult.Success;
        }
    }

    private sealed class MetricExporter : BaseExporter<Metric>
    {
        public IReadOnlyList<Point> Points { get; private set; } = [];

        public override ExportResult Export(in Batch<Metric> batch)
        {
            var points = new List<Point>();
            foreach (var metric in batch)
            {
                foreach (ref readonly var point in metric.GetMetricPoints())
                {
                    var tags = new Dictionary<string, object?>();
                    foreach (var (key, value) in point.Tags)
                    {
                        tags.Add(key, value);
                    }

                    var (sum, count) = metric.MetricType switch
                    {
                        MetricType.Histogram => (point.GetHistogramSum(), point.GetHistogramCount()),
                        MetricType.LongGauge => (point.GetGaugeLastValueLong(), 1),
                        _ => (point.GetSumLong(), 1),
                    };
                    points.Add(new(metric.Name, metric.Unit, tags, sum, count));
                }
            }

            Points = points;
            return ExportResult.Success;
        }
    }
}
