using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace TelemetrySample;

/// <summary>Prints what the instruments have come to. The package OpenTelemetry.Exporter.Console does it in more detail.</summary>
internal sealed class ConsoleMetrics : BaseExporter<Metric>
{
    public override ExportResult Export(in Batch<Metric> batch)
    {
        foreach (var metric in batch)
        {
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                var tags = new List<string>();
                foreach (var (key, value) in point.Tags)
                {
                    tags.Add($"{key}={value}");
                }

                var worth = metric.MetricType switch
                {
                    MetricType.Histogram => $"{point.GetHistogramCount()} times, {point.GetHistogramSum():0.####} {metric.Unit} in all",
                    MetricType.LongGauge => $"{point.GetGaugeLastValueLong()}",
                    _ => $"{point.GetSumLong()} {metric.Unit}",
                };
                Console.WriteLine($"{metric.Name}: {worth}  [{string.Join(", ", tags)}]");
            }
        }

        return ExportResult.Success;
    }
}
