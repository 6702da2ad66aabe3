using HybridLlm.Metrics;

namespace HybridLlm.Crash;

/// <summary>The process that is killed: appends outcomes, and says after each batch that it is flushed.</summary>
internal static class Writer
{
    /// <summary>The argument that makes a process the writer.</summary>
    public const string Order = "write";

    /// <summary>Small files, so that merging and summing up are a large part of the work.</summary>
    public static JournalLimits Limits { get; } = new() { SegmentBytes = 6_000, MergeSegments = 3, SegmentsPerMerge = 4, FullSnapshotBytes = 150_000 };

    /// <summary>Writes until the process is killed.</summary>
    public static async Task WriteAsync(string folder, int run)
    {
        var random = new Random(run);
        await using var store = new JsonMetricsStore(folder, limits: Limits);
        await using var output = Console.OpenStandardOutput();
        await using var lines = new StreamWriter(output) { AutoFlush = true };
        for (var number = 0; ;)
        {
            var batch = Enumerable.Range(number, random.Next(1, 40)).Select(i => Outcome(run, i)).ToArray();
            await store.AppendAsync(batch).ConfigureAwait(false);
            number += batch.Length;
            await lines.WriteLineAsync($"{number}").ConfigureAwait(false);
            if (random.Next(50) == 0)
            {
                await store.PruneAsync(DateTimeOffset.MinValue).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Makes an outcome that can be told from all others.</summary>
    public static CallOutcome Outcome(int run, int number) => new()
    {
        Id = IdOf(run, number),
        Timestamp = DateTimeOffset.UtcNow,
        RequestId = $"{run}-{number}",
        Provider = "p",
        Model = "m" + (number % 3),
        TaskType = "t" + (number % 2),
        Status = number % 7 == 0 ? OutcomeStatus.Failed : OutcomeStatus.Succeeded,
        DurationMs = 1 + (number % 900),
    };

    /// <summary>Gets the id of an outcome.</summary>
    public static Guid IdOf(int run, int number) => new(run, 0, 0x4000, [0x80, 0, 0, 0, (byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number]);
}
