using System.Diagnostics;
using System.Globalization;
using HybridLlm.Metrics;
using Microsoft.Extensions.Logging.Abstractions;

namespace HybridLlm.Crash;

/// <summary>Kills writers, and starts on what they leave, as an application does.</summary>
internal sealed class CrashTest(int kills, int seed)
{
    /// <summary>After so many kills the folder is new: what is checked grows with each.</summary>
    private const int KillsPerFolder = 10;

    private const int MostBatches = 120;

    private readonly Random _random = new(seed);
    private readonly List<string> _faults = [];
    private int _duringMerge;
    private long _flushed;

    /// <summary>Runs the test and says what came of it; returns the exit code.</summary>
    public async Task<int> RunAsync()
    {
        var root = Directory.CreateTempSubdirectory("hybridllm-crash-");
        try
        {
            var flushed = new Dictionary<int, int>();
            for (var kill = 0; kill < kills; kill++)
            {
                if (kill % KillsPerFolder == 0)
                {
                    flushed.Clear();
                }

                var folder = Path.Combine(root.FullName, (kill / KillsPerFolder).ToString(CultureInfo.InvariantCulture));
                flushed[kill] = await WriteAndKillAsync(folder, kill).ConfigureAwait(false);
                _flushed += flushed[kill];
                _duringMerge += IsInTheMidstOfAMerge(folder) ? 1 : 0;
                if (await FindFaultAsync(folder, flushed).ConfigureAwait(false) is { } fault)
                {
                    _faults.Add($"kill {kill} (seed {seed}): {fault}");
                    Console.WriteLine(_faults[^1]);
                }
            }
        }
        finally
        {
            root.Delete(recursive: true);
        }

        Console.WriteLine($"{kills} kills, {_duringMerge} of them during a merge; {_flushed} outcomes were flushed before them");
        Console.WriteLine($"{kills - _faults.Count} passed, {_faults.Count} failed");
        return _faults.Count == 0 && kills > 0 ? 0 : 1;
    }

    /// <summary>Has a process write, kills it, and returns how many outcomes it had said to be flushed.</summary>
    private async Task<int> WriteAndKillAsync(string folder, int run)
    {
        using var writer = Start(folder, run);
        var batches = _random.Next(1, MostBatches);
        var spins = _random.Next(200_000);
        var flushed = 0;
        for (var batch = 0; batch < batches; batch++)
        {
            flushed = Parse(await writer.StandardOutput.ReadLineAsync().ConfigureAwait(false)
                ?? throw new InvalidOperationException($"The writer ended by itself: {await writer.StandardError.ReadToEndAsync().ConfigureAwait(false)}"));
        }

        // So that it is not always hit when it has just spoken.
        Thread.SpinWait(spins);
        writer.Kill();
        while (await writer.StandardOutput.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            flushed = Math.Max(flushed, Parse(line));
        }

        await writer.WaitForExitAsync().ConfigureAwait(false);
        return flushed;
    }

    private static Process Start(string folder, int run)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "HybridLlm.Crash.dll"));
        }

        start.ArgumentList.Add(Writer.Order);
        start.ArgumentList.Add(folder);
        start.ArgumentList.Add(run.ToString(CultureInfo.InvariantCulture));
        return Process.Start(start)!;
    }

    // A line that the kill cut off counts for nothing: of 12 it may be the 1.
    private static int Parse(string line) => int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static bool IsInTheMidstOfAMerge(string folder)
    {
        var names = Directory.EnumerateFiles(folder).Select(static file => Path.GetFileName(file)).ToList();
        return names.Exists(static name => name.EndsWith(".tmp", StringComparison.Ordinal))
            || names.Count(static name => name.StartsWith("sums-", StringComparison.Ordinal)) != names.Count(static name => name.StartsWith("snapshot-", StringComparison.Ordinal));
    }

    /// <summary>Starts on a folder; returns what is wrong with it, or <see langword="null"/>.</summary>
    private static async Task<string?> FindFaultAsync(string folder, Dictionary<int, int> flushed)
    {
        await using var store = new JsonMetricsStore(folder, limits: Writer.Limits);
        if (await FindReadFaultAsync(store, flushed).ConfigureAwait(false) is { } fault)
        {
            return fault;
        }

        // Merging what the dead left changes nothing of it.
        await store.PruneAsync(DateTimeOffset.MinValue).ConfigureAwait(false);
        return await FindReadFaultAsync(store, flushed).ConfigureAwait(false) is { } later ? $"after a merge: {later}" : null;
    }

    private static async Task<string?> FindReadFaultAsync(JsonMetricsStore store, Dictionary<int, int> flushed)
    {
        try
        {
            var ids = new HashSet<Guid>();
            var doubled = 0;
            await foreach (var outcome in store.ReadAsync(MetricsQuery.All).ConfigureAwait(false))
            {
                doubled += ids.Add(outcome.Id) ? 0 : 1;
            }

            var lost = flushed.Sum(run => Enumerable.Range(0, run.Value).Count(number => !ids.Contains(Writer.IdOf(run.Key, number))));
            var summed = (await store.AggregateAsync(MetricsQuery.All, null).ConfigureAwait(false)).Sum(static totals => totals.Attempts);
            var learned = await LearnAsync(store).ConfigureAwait(false);
            return lost > 0 ? $"{lost} flushed outcomes are lost"
                : doubled > 0 ? $"{doubled} outcomes are there twice"
                : summed != ids.Count ? $"{ids.Count} outcomes are read, but reports count {summed}"
                : learned != ids.Count ? $"{ids.Count} outcomes are read, but {learned} are known after a start"
                : null;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or InvalidOperationException or UnauthorizedAccessException)
        {
            return $"corrupt: {exception.Message}";
        }
    }

    private static async Task<long> LearnAsync(JsonMetricsStore store)
    {
        await using var tracker = new RecordingPerformanceTracker(
            new(new()), store, new(), static () => new(), TimeProvider.System, NullLogger<RecordingPerformanceTracker>.Instance);
        await tracker.StartAsync().ConfigureAwait(false);
        return tracker.GetAll().Sum(static performance => performance.Total);
    }
}
