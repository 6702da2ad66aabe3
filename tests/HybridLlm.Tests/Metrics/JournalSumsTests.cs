using HybridLlm.Metrics;
using HybridLlm.Metrics.Reports;
using HybridLlm.Metrics.Sums;

namespace HybridLlm.Tests.Metrics;

/// <summary>Sums that were made at merges tell the same as reading every line.</summary>
public sealed class JournalSumsTests : IDisposable
{
    private static readonly JournalLimits Small = new() { SegmentBytes = 4_000, MergeSegments = 3, SegmentsPerMerge = 5, FullSnapshotBytes = 20_000 };

    private readonly TemporaryFolder _folder = new();
    private readonly LogRecorder<JsonMetricsStore> _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<int> Seeds { get; } = [1, 2, 3, 4, 5, 6];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Whatever_was_merged_the_sums_are_those_of_all_lines(int seed)
    {
        var random = new Random(seed);
        var outcomes = await FillAsync(random, 600);
        await using var store = Open();
        Assert.InRange(_folder.Files("snapshot-*").Length, 2, 60);
        Assert.Equal(_folder.Files("snapshot-*").Length, _folder.Files("sums-*").Length);

        foreach (var (query, bucket) in Queries(outcomes, random))
        {
            await AssertSumsAsync(store, outcomes, query, bucket);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Damaged_or_missing_sums_are_made_up_for_by_the_lines(int seed)
    {
        var random = new Random(seed);
        var outcomes = await FillAsync(random, 300);
        foreach (var file in _folder.Files("sums-*"))
        {
            var bytes = await File.ReadAllBytesAsync(file, Token);
            switch (random.Next(5))
            {
                case 0:
                    File.Delete(file);
                    break;
                case 1:
                    await File.WriteAllBytesAsync(file, bytes[..random.Next(bytes.Length)], Token);
                    break;
                default:
                    bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
                    await File.WriteAllBytesAsync(file, bytes, Token);
                    break;
            }
        }

        await using var store = Open();
        await AssertSumsAsync(store, outcomes, MetricsQuery.All, null);
        Assert.Equal(outcomes, await ReadAllAsync(store));

        await store.PruneAsync(DateTimeOffset.MinValue, Token);
        await store.PruneAsync(DateTimeOffset.MinValue, Token);
        Assert.Equal(_folder.Files("snapshot-*").Length, _folder.Files("sums-*").Length);
        await AssertSumsAsync(store, outcomes, MetricsQuery.All, null);
        Assert.Equal(outcomes, await ReadAllAsync(store));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(0.8)]
    [InlineData(0.99)]
    public async Task Sums_that_were_cut_short_are_made_up_for_by_the_lines(double share)
    {
        var outcomes = await FillAsync(new Random(4), 300);
        foreach (var file in _folder.Files("sums-*"))
        {
            var bytes = await File.ReadAllBytesAsync(file, Token);
            await File.WriteAllBytesAsync(file, bytes[..(int)(bytes.Length * share)], Token);
        }

        await using var store = Open();
        var history = await store.ReadHistoryAsync(Token);

        Assert.Equal(outcomes.Count, history!.Count);
        await AssertSumsAsync(store, outcomes, MetricsQuery.All, null);
    }

    [Fact]
    public async Task Files_that_a_killed_merge_did_not_delete_count_once_and_go_with_the_next_merge()
    {
        var random = new Random(8);
        var outcomes = await FillAsync(random, 100);
        var before = Directory.EnumerateFiles(_folder.Path).ToDictionary(file => file, File.ReadAllBytes);
        await using (var merging = Open())
        {
            // Something too old in a segment makes a merge worth while.
            var old = Outcomes.Success() with { Timestamp = Outcomes.Epoch.AddDays(-9) };
            await merging.AppendAsync([old], Token);
            await merging.PruneAsync(Outcomes.Epoch, Token);
        }

        foreach (var (file, content) in before)
        {
            if (!File.Exists(file))
            {
                await File.WriteAllBytesAsync(file, content, Token);
            }
        }

        await using var store = Open();
        await AssertSumsAsync(store, outcomes, MetricsQuery.All, null);
        Assert.Equal(outcomes, await ReadAllAsync(store));
        await store.PruneAsync(DateTimeOffset.MinValue, Token);
        await AssertSumsAsync(store, outcomes, MetricsQuery.All, null);
        Assert.Equal(outcomes, await ReadAllAsync(store));
    }

    [Fact]
    public async Task An_id_that_is_appended_again_counts_once_in_whatever_file_it_was()
    {
        var random = new Random(9);
        var outcomes = await FillAsync(random, 200);
        await using var store = Open();
        await store.AppendAsync([.. outcomes.Where((_, i) => i % 10 == 0).Select(outcome => outcome with { DurationMs = 7 })], Token);
        await AssertSumsAsync(store, outcomes, MetricsQuery.All, null);

        for (var round = 0; round < 4; round++)
        {
            await FillAsync(random, 0, [.. outcomes.Where((_, i) => i % 10 == round)]);
        }

        await AssertSumsAsync(store, outcomes, MetricsQuery.All, null);
        Assert.Equal(outcomes.Count, (await ReadAllAsync(store)).Count);
    }

    [Fact]
    public async Task What_is_too_old_goes_from_full_snapshots_and_from_their_sums()
    {
        var outcomes = await FillAsync(new Random(10), 300);
        var before = OutcomeGroup.StartOf(outcomes[150].Timestamp, TimeSpan.FromHours(1));
        await using var store = Open();

        await store.PruneAsync(before, Token);

        var kept = outcomes.FindAll(outcome => outcome.Timestamp >= before);
        Assert.Equal(kept, await ReadAllAsync(store));
        await AssertSumsAsync(store, kept, MetricsQuery.All, null);
    }

    [Fact]
    public async Task When_there_is_too_much_the_oldest_snapshots_go()
    {
        var outcomes = await FillAsync(new Random(11), 600, limits: Small with { SnapshotBytes = 60_000 });
        await using var store = Open(Small with { SnapshotBytes = 60_000 });

        await store.PruneAsync(DateTimeOffset.MinValue, Token);

        var read = await ReadAllAsync(store);
        Assert.InRange(_folder.Files("snapshot-*").Sum(static file => new FileInfo(file).Length), 20_000, 60_000);
        Assert.InRange(read.Count, 60, 500);
        await AssertSumsAsync(store, read, MetricsQuery.All, null);
        Assert.Contains(outcomes[^1], read);
    }

    [Fact]
    public async Task A_long_history_is_learned_from_as_if_all_of_it_had_been_replayed()
    {
        var random = new Random(12);
        var options = new MetricsOptions { FeedbackWindow = 100 };
        var whole = new PerformanceTracker(options);
        var outcomes = Enumerable.Range(0, 24_000).Select(i => Drawn(random, i)).ToList();
        await using (var writing = new JsonMetricsStore(_folder.Path, limits: new() { SegmentBytes = 100_000, FullSnapshotBytes = 400_000 }))
        {
            foreach (var chunk in outcomes.Chunk(500))
            {
                await writing.AppendAsync(chunk, Token);
            }
        }

        outcomes.ForEach(whole.Record);
        await using var store = new JsonMetricsStore(_folder.Path);
        var history = await store.ReadHistoryAsync(Token);
        var part = new PerformanceTracker(options);
        foreach (var (cell, count) in history!.Earlier.Where(static cell => cell.Value.Attempts > 0))
        {
            part.Credit(cell, count);
        }

        history.Read().ToList().ForEach(part.Record);

        Assert.InRange(history.Count, SumsFormat.RecentInAll, 20_000);
        foreach (var (expected, actual) in whole.GetAll().Zip(part.GetAll()))
        {
            Assert.Equal((expected.Model, expected.TaskType, expected.Total, expected.Successes), (actual.Model, actual.TaskType, actual.Total, actual.Successes));
            Assert.Equal(expected.LastUsed, actual.LastUsed);
            Assert.Equal(expected.SuccessRate, actual.SuccessRate, 1e-6);
            Assert.Equal(expected.Evidence, actual.Evidence, 1e-6);
            Assert.Equal(expected.LatencyMs, actual.LatencyMs, 1e-3);
            Assert.Equal(expected.LatencyP95Ms, actual.LatencyP95Ms, 1e-6);
            Assert.Equal(expected.Rating!.Value, actual.Rating!.Value, 1e-6);
            var (all, some) = (whole.FindCell(expected.Model, expected.TaskType)!.Belief.All, part.FindCell(expected.Model, expected.TaskType)!.Belief.All);
            Assert.Equal(all.Calls, some.Calls, 0.01 * all.Calls);
            Assert.Equal(all.Successes / all.Calls, some.Successes / some.Calls, 0.01);
        }
    }

    private static CallOutcome Drawn(Random random, int second)
    {
        var (model, task) = ("m" + random.Next(2), "t" + random.Next(2));
        return random.Next(10) switch
        {
            0 => Outcomes.Rating(random.NextDouble(), "q" + random.Next(40), model, task, second),
            1 or 2 => Outcomes.Failure(model, task, second),
            _ => Outcomes.Success(model, task, 20 + random.Next(900), second),
        };
    }

    private static IEnumerable<(MetricsQuery Query, TimeSpan? Bucket)> Queries(List<CallOutcome> outcomes, Random random)
    {
        yield return (MetricsQuery.All, null);
        yield return (MetricsQuery.All, TimeSpan.FromHours(1));
        yield return (MetricsQuery.All, TimeSpan.FromDays(7));
        for (var i = 0; i < 10; i++)
        {
            var some = outcomes[random.Next(outcomes.Count)];
            yield return (
                new()
                {
                    From = random.Next(2) == 0 ? null : OutcomeGroup.StartOf(outcomes[random.Next(outcomes.Count)].Timestamp, TimeSpan.FromHours(1)),
                    To = random.Next(2) == 0 ? null : OutcomeGroup.StartOf(outcomes[random.Next(outcomes.Count)].Timestamp, TimeSpan.FromHours(1)),
                    Model = random.Next(2) == 0 ? null : some.Model,
                    Provider = random.Next(3) == 0 ? some.Provider : null,
                    TaskType = random.Next(3) == 0 ? some.TaskType : null,
                },
                random.Next(2) == 0 ? null : TimeSpan.FromHours(random.Next(1, 50)));
        }
    }

    private static async Task AssertSumsAsync(JsonMetricsStore store, IReadOnlyList<CallOutcome> outcomes, MetricsQuery query, TimeSpan? bucket)
    {
        var fold = new OutcomeFold(query, bucket);
        foreach (var outcome in outcomes)
        {
            fold.Add(outcome);
        }

        var expected = fold.Totals.ToDictionary(static totals => totals.Group);
        var actual = await store.AggregateAsync(query, bucket, Token);

        Assert.Equal(expected.Keys.ToHashSet(), actual.Select(static totals => totals.Group).ToHashSet());
        Assert.All(actual, totals => AssertSame(expected[totals.Group], totals));
    }

    private static void AssertSame(OutcomeTotals expected, OutcomeTotals actual)
    {
        Assert.Equal(expected.Latency.Buckets, actual.Latency.Buckets);
        foreach (var property in typeof(OutcomeTotals).GetProperties().Where(property => property.Name is not nameof(OutcomeTotals.Latency)))
        {
            if (property.GetValue(expected) is double number)
            {
                Assert.Equal(number, (double)property.GetValue(actual)!, Math.Abs(number) * 1e-9);
            }
            else
            {
                Assert.Equal(property.GetValue(expected), property.GetValue(actual));
            }
        }
    }

    private static async Task<List<CallOutcome>> ReadAllAsync(JsonMetricsStore store)
    {
        List<CallOutcome> read = [];
        await foreach (var outcome in store.ReadAsync(MetricsQuery.All, Token))
        {
            read.Add(outcome);
        }

        return read;
    }

    /// <summary>Appends outcomes as several processes would, each of which ends; returns all of them in order.</summary>
    private async Task<List<CallOutcome>> FillAsync(Random random, int count, CallOutcome[]? others = null, JournalLimits? limits = null)
    {
        var outcomes = others ?? [.. Enumerable.Range(0, count).Select(i => Outcomes.Full(random, i * 700) with
        {
            DurationMs = random.Next(1, 100_000),
            InputTokens = random.Next(3) == 0 ? null : random.Next(500),
            ModelVersion = random.Next(3) == 0 ? null : "v" + random.Next(3),
        })];
        var position = 0;
        while (position < outcomes.Length)
        {
            await using var store = Open(limits);
            var batch = outcomes[position..Math.Min(outcomes.Length, position + random.Next(1, 30))];
            await store.AppendAsync(batch, Token);
            position += batch.Length;
        }

        return [.. outcomes];
    }

    private JsonMetricsStore Open(JournalLimits? limits = null) => new(_folder.Path, TimeProvider.System, _log, limits ?? Small);
}
