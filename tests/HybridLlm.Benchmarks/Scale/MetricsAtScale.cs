using System.Diagnostics;
using HybridLlm.Benchmarks.Goals;
using HybridLlm.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HybridLlm.Benchmarks.Scale;

/// <summary>
/// Starts an application on a journal of a million outcomes, and asks it for every report. The files are in the cache of the operating system, since they were written just
/// before. What it learned is checked: a start that skipped something would be a quick one.
/// </summary>
internal static class MetricsAtScale
{
    private const int Outcomes = 1_000_000;
    private const int FewOutcomes = 100_000;
    private const int Rounds = 3;
    private const double OneSecond = 1e9;

    private static readonly string[] Reports =
    [
        "scale: summary of 90 days", "scale: summary of a week", "scale: series by day", "scale: series by hour", "scale: recommendations", "scale: versions",
    ];

    /// <summary>Gets the goals' names, to choose by.</summary>
    public static IReadOnlyList<string> Names { get; } = ["scale: start with 1 M outcomes", "scale: memory of a tracker", .. Reports];

    /// <summary>Measures.</summary>
    /// <returns>The goals' lines, and whether all were reached.</returns>
    public static async Task<(IReadOnlyList<string> Lines, bool Ok)> RunAsync()
    {
        List<string> lines = [];
        var ok = true;
        using var few = new LongHistory();
        await few.FillAsync(FewOutcomes).ConfigureAwait(false);
        var (_, fewBytes) = await StartOftenAsync(few).ConfigureAwait(false);

        using var many = new LongHistory();
        var filled = await many.FillAsync(Outcomes).ConfigureAwait(false);
        lines.Add(FormattableString.Invariant($"(1 M outcomes were written in {filled.TotalSeconds:0.0} s, merges included: {many.Bytes >> 20} MiB)"));
        var (start, bytes) = await StartOftenAsync(many).ConfigureAwait(false);
        Add(Names[0], Cost.Time(start), "-", "-", Cost.Time(OneSecond), start <= OneSecond);
        Add(Names[1], Cost.Size(bytes), Cost.Size(fewBytes), FormattableString.Invariant($"{bytes / fewBytes:0.00}"), "1.25 times that of 100 k", bytes <= 1.25 * fewBytes);
        foreach (var (name, time) in await ReportAsync(many).ConfigureAwait(false))
        {
            Add(name, Cost.Time(time), "-", "-", Cost.Time(OneSecond), time <= OneSecond);
        }

        return (lines, ok);

        void Add(string name, string ours, string reference, string ratio, string goal, bool reached)
        {
            lines.Add(Goal.Line(name, ours, reference, ratio, goal, reached ? "ok" : "MISSED"));
            ok &= reached;
        }
    }

    /// <summary>Starts an application several times; returns the longest that took, and the most memory that was in use more then.</summary>
    private static async Task<(double Nanoseconds, double Bytes)> StartOftenAsync(LongHistory history)
    {
        var (longest, most) = (0.0, 0.0);
        for (var round = 0; round < Rounds; round++)
        {
            var (time, bytes) = await StartAsync(history).ConfigureAwait(false);
            longest = Math.Max(longest, time);

            // The first start leaves buffers in the process's pools, which are not the tracker's.
            most = round == 0 ? most : Math.Max(most, bytes);
        }

        return (longest, most);
    }

    /// <summary>Starts an application; returns how long that took, and how much more memory is in use then.</summary>
    private static async Task<(double Nanoseconds, double Bytes)> StartAsync(LongHistory history)
    {
        var before = MemoryInUse();
        await using var services = Build(history);
        var clock = Stopwatch.StartNew();
        await services.GetRequiredService<IHostedService>().StartAsync(CancellationToken.None).ConfigureAwait(false);
        var time = clock.Elapsed.TotalNanoseconds;
        var learned = services.GetRequiredService<IPerformanceTracker>().GetAll().Sum(static performance => performance.Total);
        if (learned != history.Attempts)
        {
            throw new InvalidOperationException($"After the start {learned} attempts are known of {history.Attempts}.");
        }

        // What is cleared up in the background after a start is over when this is.
        await services.GetRequiredService<RecordingPerformanceTracker>().FlushAsync().ConfigureAwait(false);
        var used = MemoryInUse() - before;

        // Nothing of the application may be collected before it is weighed.
        GC.KeepAlive(services);
        return (time, used);
    }

    // What is finalized in one collection is freed by the next.
    private static double MemoryInUse()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static async Task<List<(string Name, double Nanoseconds)>> ReportAsync(LongHistory history)
    {
        await using var services = Build(history);
        await services.GetRequiredService<IHostedService>().StartAsync(CancellationToken.None).ConfigureAwait(false);
        var reports = services.GetRequiredService<IPerformanceReports>();
        var week = new MetricsQuery { From = DateTimeOffset.UtcNow.AddDays(-7) };
        Func<Task<long>>[] all =
        [
            async () => (await reports.SummarizeAsync(MetricsQuery.All).ConfigureAwait(false)).Total.Attempts,
            async () => (await reports.SummarizeAsync(week).ConfigureAwait(false)).Rows.Count,
            async () => (await reports.GetSeriesAsync(MetricsQuery.All, TimeSpan.FromDays(1)).ConfigureAwait(false)).Points.Sum(static point => point.Figures.Attempts),
            async () => (await reports.GetSeriesAsync(week, TimeSpan.FromHours(1)).ConfigureAwait(false)).Points.Count,
            async () => (await reports.RecommendAsync(MetricsQuery.All).ConfigureAwait(false)).Tasks.Count,
            async () => (await reports.CompareVersionsAsync(MetricsQuery.All).ConfigureAwait(false)).Comparisons.Count,
        ];
        List<(string, double)> times = [];
        foreach (var (name, report) in Reports.Zip(all))
        {
            double longest = 0;
            for (var round = 0; round < Rounds; round++)
            {
                var clock = Stopwatch.StartNew();
                var found = await report().ConfigureAwait(false);
                longest = Math.Max(longest, clock.Elapsed.TotalNanoseconds);
                if (found == 0 || ((report == all[0] || report == all[2]) && found != history.Attempts))
                {
                    throw new InvalidOperationException($"'{name}' tells of {found}, and there are {history.Attempts} attempts.");
                }
            }

            times.Add((name, longest));
        }

        return times;
    }

    private static ServiceProvider Build(LongHistory history)
    {
        var services = new ServiceCollection();
        services.AddHybridLlm(options =>
        {
            options.Metrics.Path = history.Path;
            options.Catalog.Discovery = ModelDiscovery.Off;
            options.Models["m"] = new() { Provider = "instant" };
        }).AddProvider("instant", static _ => new InstantProvider(1));
        return services.BuildServiceProvider();
    }
}
