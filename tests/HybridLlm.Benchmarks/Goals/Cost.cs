using System.Globalization;
using BenchmarkDotNet.Reports;

namespace HybridLlm.Benchmarks.Goals;

/// <summary>What one operation costs.</summary>
internal readonly record struct Cost(double Nanoseconds, double Bytes)
{
    /// <summary>Reads a measured cost. The median, because a busy machine can only ever make single iterations slower.</summary>
    public static Cost? Of(BenchmarkReport? report) =>
        report is { Success: true, ResultStatistics: { } statistics }
            ? new(statistics.Median, report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0)
            : null;

    /// <summary>Returns what this costs above another cost; never less than nothing.</summary>
    public Cost Above(Cost other) => new(Math.Max(0, Nanoseconds - other.Nanoseconds), Math.Max(0, Bytes - other.Bytes));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Time(Nanoseconds)} {Size(Bytes)}");

    public static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1e3 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds:0.0} ns"),
        < 1e6 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e3:0.00} µs"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e6:0.00} ms"),
    };

    public static string Size(double bytes) => bytes < 10_240
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes:0} B")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024:0.0} KiB");
}
