using System.Diagnostics;
using OpenTelemetry;

namespace TelemetrySample;

/// <summary>Prints each span when it has ended, innermost first. The package OpenTelemetry.Exporter.Console does it in more detail.</summary>
internal sealed class ConsoleSpans : BaseExporter<Activity>
{
    public override ExportResult Export(in Batch<Activity> batch)
    {
        foreach (var span in batch)
        {
            var depth = span.ParentSpanId == default ? 0 : span.OperationName.StartsWith("hybridllm.", StringComparison.Ordinal) ? 1 : 2;
            Console.WriteLine($"{new string(' ', 2 * depth)}{span.Kind.ToString().ToUpperInvariant(),-8} {span.DisplayName} ({span.Duration.TotalMilliseconds:0.0} ms)");
            foreach (var (key, value) in span.TagObjects)
            {
                Console.WriteLine($"{new string(' ', 2 * depth)}         {key} = {(value is string[] values ? string.Join(", ", values) : value)}");
            }
        }

        return ExportResult.Success;
    }
}
