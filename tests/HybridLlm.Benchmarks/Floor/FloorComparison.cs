using System.Diagnostics;
using HybridLlm.Benchmarks.Goals;

namespace HybridLlm.Benchmarks.Floor;

/// <summary>
/// Holds a full routed call against the floor: an <see cref="HttpClient"/> with source-generated JSON, against the same instant server. The two take turns,
/// round by round, so that whatever else the machine does meets both alike; what counts is the median of the rounds' ratios.
/// </summary>
internal static class FloorComparison
{
    /// <summary>The prompt of every call.</summary>
    public const string Prompt = "What is the capital of France? Answer in one short sentence, and say nothing about anything else.";

    private const int WarmUpRounds = 8;
    private const int Rounds = 15;

    private static readonly TimeSpan CompilerPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Gets the goals' names, to choose by.</summary>
    public static IReadOnlyList<string> Names { get; } = ["floor: calls, 32 at once", "floor: calls, one by one", "floor: streams of 100 chunks"];

    /// <summary>Measures.</summary>
    /// <returns>The goals' lines, and whether all were reached.</returns>
    public static async Task<(IReadOnlyList<string> Lines, bool Ok)> RunAsync()
    {
        using var server = await InstantServer.StartAsync().ConfigureAwait(false);
        using var floor = new FloorClient(server.Address);
        await using var routed = new RoutedClient(server.Address);
        await CheckAsync(floor.AskAsync, routed.AskAsync).ConfigureAwait(false);
        await CheckAsync(floor.StreamAsync, routed.StreamAsync).ConfigureAwait(false);

        // A share of at least 0.80 of the floor's calls a second is at most 1.25 of its time.
        Result[] results =
        [
            await CompareAsync(Names[0], 1 / 0.80, 10 * 1024, 32, 2_000, floor.AskAsync, routed.AskAsync).ConfigureAwait(false),
            await CompareAsync(Names[1], 1.25, 10 * 1024, 1, 400, floor.AskAsync, routed.AskAsync).ConfigureAwait(false),
            await CompareAsync(Names[2], 1 / 0.70, long.MaxValue, 8, 160, floor.StreamAsync, routed.StreamAsync).ConfigureAwait(false),
        ];
        return ([.. results.Select(result => result.ToString())], results.All(result => result.Ok));
    }

    private static async Task CheckAsync(Func<Task<int>> floor, Func<Task<int>> routed)
    {
        var (expected, found) = (await floor().ConfigureAwait(false), await routed().ConfigureAwait(false));
        if (expected != found || expected == 0)
        {
            throw new InvalidOperationException($"The floor read {expected} and the router {found}: they do not do the same.");
        }
    }

    private static async Task<Result> CompareAsync(string name, double maxRatio, long maxBytes, int concurrency, int calls, Func<Task<int>> floor, Func<Task<int>> routed)
    {
        List<Cost> floors = [], ours = [];
        for (var round = -WarmUpRounds; round < Rounds; round++)
        {
            var (first, second) = round % 2 == 0 ? (floor, routed) : (routed, floor);
            var one = await MeasureAsync(first, concurrency, calls).ConfigureAwait(false);
            var two = await MeasureAsync(second, concurrency, calls).ConfigureAwait(false);
            if (round < 0)
            {
                // The runtime compiles what is hot anew when for a while nothing new is compiled; without a pause that would be in the midst of the rounds.
                await Task.Delay(CompilerPause).ConfigureAwait(false);
            }
            else
            {
                floors.Add(round % 2 == 0 ? one : two);
                ours.Add(round % 2 == 0 ? two : one);
            }
        }

        var ratio = Median(floors.Zip(ours, static (f, o) => o.Nanoseconds / f.Nanoseconds));
        return new(name, MedianOf(ours), MedianOf(floors), ratio, maxRatio, maxBytes);
    }

    /// <summary>Measures a batch: with one call at a time the median of the calls, with several the time of the batch divided by its calls.</summary>
    private static async Task<Cost> MeasureAsync(Func<Task<int>> call, int concurrency, int calls)
    {
        var times = new double[concurrency == 1 ? calls : 0];
        var left = calls;
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => WorkAsync())).ConfigureAwait(false);
        var elapsed = Stopwatch.GetElapsedTime(started).TotalNanoseconds / calls;
        var allocated = (double)(GC.GetTotalAllocatedBytes(precise: true) - bytes) / calls;
        return new(times.Length > 0 ? Median(times) : elapsed, allocated);

        async Task WorkAsync()
        {
            while (Interlocked.Decrement(ref left) is >= 0 and var number)
            {
                var began = Stopwatch.GetTimestamp();
                await call().ConfigureAwait(false);
                if (times.Length > 0)
                {
                    times[number] = Stopwatch.GetElapsedTime(began).TotalNanoseconds;
                }
            }
        }
    }

    private static Cost MedianOf(List<Cost> costs) => new(Median(costs.Select(static cost => cost.Nanoseconds)), Median(costs.Select(static cost => cost.Bytes)));

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private sealed record Result(string Name, Cost Ours, Cost Floor, double Ratio, double MaxRatio, long MaxBytes)
    {
        public bool Ok => Ratio <= MaxRatio && Ours.Bytes <= MaxBytes;

        public override string ToString() => Goal.Line(
            Name,
            Ours.ToString(),
            Floor.ToString(),
            FormattableString.Invariant($"{Ratio:0.00}"),
            FormattableString.Invariant($"{MaxRatio:0.00} times") + (MaxBytes < long.MaxValue ? $", {Cost.Size(MaxBytes)}" : ""),
            Ok ? "ok" : "MISSED");
    }
}
