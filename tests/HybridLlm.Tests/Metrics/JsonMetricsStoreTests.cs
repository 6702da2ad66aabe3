using System.Text;
using HybridLlm.Metrics;

namespace HybridLlm.Tests.Metrics;

public sealed class JsonMetricsStoreTests : IDisposable
{
    private static readonly JournalLimits Small = new() { SegmentBytes = 1000, MergeSegments = 4, SegmentsPerMerge = 3 };

    private readonly TemporaryFolder _folder = new();
    private readonly LogRecorder<JsonMetricsStore> _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Reading_or_pruning_a_folder_that_does_not_exist_finds_nothing_and_creates_nothing()
    {
        await using var store = Open();

        Assert.Empty(await ReadAsync(store));
        await store.PruneAsync(Outcomes.Epoch, Token);

        Assert.False(Directory.Exists(_folder.Path));
    }

    [Fact]
    public async Task Every_property_survives_a_restart()
    {
        var random = new Random(3);
        var outcomes = Enumerable.Range(0, 200).Select(i => Outcomes.Full(random, i)).ToList();
        await using (var store = Open())
        {
            await store.AppendAsync(outcomes, Token);
            Assert.Equal(outcomes, await ReadAsync(store));
        }

        await using var restarted = Open();
        Assert.Equal(outcomes, await ReadAsync(restarted));
        Assert.Equal(0, restarted.DamagedLines);
    }

    [Fact]
    public async Task Defaults_and_missing_values_survive()
    {
        var outcome = Outcomes.Success() with { DurationMs = 0, Timestamp = new DateTimeOffset(2030, 5, 5, 1, 2, 3, TimeSpan.FromHours(5.5)) };
        await using var store = Open();

        await store.AppendAsync([outcome], Token);

        var read = Assert.Single(await ReadAsync(store));
        Assert.Equal(outcome, read);
        Assert.Equal(outcome.Timestamp.Offset, read.Timestamp.Offset);
    }

    [Fact]
    public async Task The_format_is_the_documented_one()
    {
        var outcome = Outcomes.Success("gemma", "translation", 12.5) with
        {
            Id = Guid.Parse("11112222-3333-4444-5555-666677778888"),
            RequestId = "q1",
            TimeToFirstTokenMs = 3,
            InputTokens = 7,
            OutputTokens = 9,
            TokensPerSecond = 21.5,
            Streamed = true,
        };
        await using var store = Open();

        await store.AppendAsync([outcome], Token);

        Assert.Equal(
            """{"id":"11112222-3333-4444-5555-666677778888","t":"2030-01-01T00:00:00+00:00","rq":"q1","p":"p","m":"gemma","task":"translation","c":"Medium","s":"Succeeded","ms":12.5,"ttft":3,"in":7,"out":9,"tps":21.5,"st":true,"n":1}""" + "\n",
            Encoding.UTF8.GetString(ReadShared(Assert.Single(_folder.Files("segment-*.jsonl")))));
    }

    [Fact]
    public async Task Unknown_properties_of_a_later_version_are_ignored()
    {
        var id = Guid.NewGuid();
        _folder.Write("segment-x.jsonl", Encoding.UTF8.GetBytes(
            $$$"""{"id":"{{{id}}}","new":[{"a":1}],"t":"2030-01-01T00:00:00Z","rq":"q","p":"p","m":"m","task":"t","c":"Simple","s":"Failed"}"""));
        await using var store = Open();

        var read = Assert.Single(await ReadAsync(store));

        Assert.Equal((id, ComplexityLevel.Simple, OutcomeStatus.Failed), (read.Id, read.Complexity, read.Status));
    }

    [Fact]
    public async Task Values_that_are_not_numbers_and_broken_text_do_not_hold_up_what_comes_after()
    {
        var odd = Outcomes.Success("lone \ud800 surrogate \0", second: 1) with
        {
            DurationMs = double.NaN,
            TimeToFirstTokenMs = double.PositiveInfinity,
            Status = (OutcomeStatus)99,
        };
        var next = Outcomes.Success(second: 2);
        await using var store = Open();

        await store.AppendAsync([odd, next], Token);

        var read = await ReadAsync(store);
        Assert.Equal(next, read[1]);
        Assert.Equal((double.NaN, double.PositiveInfinity, (OutcomeStatus)99), (read[0].DurationMs, read[0].TimeToFirstTokenMs, read[0].Status));
        Assert.Equal("lone \ufffd surrogate \0", read[0].Model);
    }

    [Fact]
    public async Task An_outcome_too_long_for_a_line_is_left_out_and_logged()
    {
        var absurd = Outcomes.Success(new string('x', JournalFormat.MaxLineBytes));
        var next = Outcomes.Success();
        await using var store = Open();

        await store.AppendAsync([absurd, next], Token);

        Assert.Equal([next], await ReadAsync(store));
        Assert.Contains(absurd.Id.ToString(), Assert.Single(_log.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_is_taken_once_across_batches_segments_and_merges()
    {
        var first = Outcomes.Success(second: 1);
        var again = first with { DurationMs = 1, Timestamp = first.Timestamp.AddSeconds(5) };
        var other = Outcomes.Success(second: 2);
        await AppendAndCloseAsync([first, other, first]);
        await AppendAndCloseAsync([again]);

        await using var store = Open();
        Assert.Equal([first, other], await ReadAsync(store));
        await store.PruneAsync(Outcomes.Epoch.AddSeconds(1), Token);
        await store.AppendAsync([again], Token);
        Assert.Equal([first, other], await ReadAsync(store));
    }

    [Fact]
    public async Task Reading_is_ordered_by_time_whatever_the_order_of_appending()
    {
        var random = new Random(11);
        var outcomes = Enumerable.Range(0, 300).Select(i => Outcomes.Full(random, i)).ToList();
        var shuffled = outcomes.ToArray();
        random.Shuffle(shuffled);
        foreach (var chunk in shuffled.Chunk(37))
        {
            await AppendAndCloseAsync(chunk, Small);
        }

        await using var store = Open();
        Assert.Equal(outcomes, await ReadAsync(store));
        Assert.NotEmpty(_folder.Files("snapshot-*"));
        Assert.NotEmpty(_folder.Files("segment-*"));
    }

    [Fact]
    public async Task Queries_restrict()
    {
        var outcomes = Enumerable.Range(0, 9).Select(i => Outcomes.Success("m" + (i % 3), "t" + (i % 2), second: i)).ToList();
        await using var store = Open();
        await store.AppendAsync(outcomes, Token);
        var query = new MetricsQuery { From = Outcomes.Epoch.AddSeconds(2), To = Outcomes.Epoch.AddSeconds(8), Model = "m2", TaskType = "t1" };

        Assert.Equal([outcomes[5]], await ReadAsync(store, query));
    }

    [Fact]
    public async Task Full_segments_are_ended_and_merged_without_loss()
    {
        var outcomes = Enumerable.Range(0, 200).Select(i => Outcomes.Success(second: i)).ToList();
        await using var store = Open(Small);
        foreach (var outcome in outcomes)
        {
            await store.AppendAsync([outcome], Token);
            Assert.InRange(_folder.Files("*.jsonl").Length, 1, Small.MergeSegments + 2);
        }

        Assert.Single(_folder.Files("snapshot-*"));
        Assert.Equal(outcomes, await ReadAsync(store));
    }

    [Fact]
    public async Task A_large_batch_is_written_in_several_segments()
    {
        var outcomes = Enumerable.Range(0, 3_000).Select(i => Outcomes.Success(second: i)).ToList();
        await using var store = Open(new JournalLimits { SegmentBytes = 100_000 });

        await store.AppendAsync(outcomes, Token);

        Assert.InRange(_folder.Files("segment-*").Length, 2, 9);
        Assert.Equal(outcomes, await ReadAsync(store));
    }

    [Fact]
    public async Task Prune_deletes_what_is_older_and_keeps_the_rest()
    {
        var outcomes = Enumerable.Range(0, 50).Select(i => Outcomes.Success(second: i)).ToList();
        await AppendAndCloseAsync(outcomes[..20]);
        await using var store = Open();
        await store.AppendAsync([.. outcomes[20..].AsEnumerable().Reverse()], Token);

        await store.PruneAsync(Outcomes.Epoch.AddSeconds(30), Token);
        Assert.Equal(outcomes[30..], await ReadAsync(store));
        Assert.Single(_folder.Files("*.jsonl"));

        await store.PruneAsync(Outcomes.Epoch.AddSeconds(30), Token);
        await store.AppendAsync(outcomes[..1], Token);
        Assert.Equal([outcomes[0], .. outcomes[30..]], await ReadAsync(store));

        await store.PruneAsync(Outcomes.Epoch.AddDays(1), Token);
        Assert.Empty(await ReadAsync(store));
        Assert.Empty(_folder.Files("*.jsonl"));
    }

    [Fact]
    public async Task Prune_does_not_rewrite_when_nothing_is_too_old()
    {
        await AppendAndCloseAsync([Outcomes.Success(second: 5)]);
        var before = _folder.Files("*.jsonl");
        await using var store = Open();

        await store.PruneAsync(Outcomes.Epoch.AddSeconds(5), Token);

        Assert.Equal(before, _folder.Files("*.jsonl"));
    }

    [Fact]
    public async Task A_journal_that_is_too_large_loses_its_oldest()
    {
        var outcomes = Enumerable.Range(0, 400).Select(i => Outcomes.Success(second: i)).ToList();
        var limits = Small with { SnapshotBytes = 20_000 };
        foreach (var chunk in outcomes.Chunk(20))
        {
            await AppendAndCloseAsync(chunk, limits);
        }

        await using var store = Open(limits);
        await store.PruneAsync(DateTimeOffset.MinValue, Token);
        var read = await ReadAsync(store);

        Assert.InRange(_folder.Files("*.jsonl").Sum(static file => new FileInfo(file).Length), 10_000, 20_000);
        Assert.Equal(outcomes[^read.Count..], read);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_created_fails_the_append_and_works_when_it_can()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.Path)!);
        await File.WriteAllTextAsync(_folder.Path, "in the way", Token);
        var outcome = Outcomes.Success();
        await using var store = Open();

        await Assert.ThrowsAnyAsync<IOException>(async () => await store.AppendAsync([outcome], Token));
        File.Delete(_folder.Path);
        await store.AppendAsync([outcome], Token);

        Assert.Equal([outcome], await ReadAsync(store));
    }

    [Fact]
    public async Task A_folder_deleted_while_the_process_runs_is_made_again()
    {
        await using var store = Open();
        await store.AppendAsync([Outcomes.Success()], Token);
        Directory.Delete(_folder.Path, recursive: true);
        var outcome = Outcomes.Success();

        await store.AppendAsync([outcome], Token);

        Assert.Equal([outcome], await ReadAsync(store));
        Assert.Single(_log.Warnings);
    }

    [Fact]
    public async Task After_disposal_nothing_is_appended()
    {
        var store = Open();
        await store.AppendAsync([Outcomes.Success()], Token);
        store.Dispose();
        await store.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.AppendAsync([Outcomes.Success()], Token));
        Assert.Single(await ReadAsync(store));
    }

    [Fact]
    public async Task Reading_can_be_cancelled()
    {
        await using var store = Open();
        await store.AppendAsync([Outcomes.Success()], Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var outcome in store.ReadAsync(MetricsQuery.All, new CancellationToken(canceled: true)))
            {
                Assert.NotNull(outcome);
            }
        });
    }

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static async Task<List<CallOutcome>> ReadAsync(JsonMetricsStore store, MetricsQuery? query = null)
    {
        List<CallOutcome> outcomes = [];
        await foreach (var outcome in store.ReadAsync(query ?? MetricsQuery.All, Token))
        {
            outcomes.Add(outcome);
        }

        return outcomes;
    }

    private JsonMetricsStore Open(JournalLimits? limits = null) => new(_folder.Path, TimeProvider.System, _log, limits);

    private async Task AppendAndCloseAsync(IReadOnlyList<CallOutcome> outcomes, JournalLimits? limits = null)
    {
        await using var store = Open(limits);
        await store.AppendAsync(outcomes, Token);
    }
}
