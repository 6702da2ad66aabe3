using HybridLlm.Neo4j.Spool;
using HybridLlm.Neo4j.Tests.Support;
using HybridLlm.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace HybridLlm.Neo4j.Tests;

public sealed class SpoolTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly ManualTimeProvider _time = new(Start);
    private readonly TemporaryFolder _folder = new();
    private readonly LogRecorder<Neo4jMetricsStore> _log = new();
    private readonly ScriptedTransport _database = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Outcomes_wait_on_disk_while_the_database_is_away_and_go_up_once_when_it_is_back()
    {
        await using var store = CreateStore();
        await store.AppendAsync(Samples.Many(1, 10, Start, TimeSpan.FromHours(1)), Token);
        _database.Before = static _ => ScriptedTransport.Lost();
        var waiting = Samples.Many(2, 2_500, Start, TimeSpan.FromHours(1));
        foreach (var batch in waiting.Chunk(500))
        {
            await AppendAsync(store, batch);
        }

        Assert.True(store.IsAway);
        Assert.Equal(10, _database.Outcomes.Count);
        Assert.Contains("No answer from the database.", Assert.Single(_log.Warnings), StringComparison.Ordinal);

        _database.Before = null;
        await WaitAsync(() => _log.Lines.Any(static line => line.Contains("takes outcomes again; 2500 that waited", StringComparison.Ordinal)));
        Assert.False(store.IsAway);
        Assert.Equal(2_510, _database.Outcomes.Count);
        Assert.All(_database.Outcomes, static outcome => Assert.Equal(1, outcome.Value));
        Assert.Empty(_folder.Files("spool-*"));

        await store.AppendAsync(Samples.Many(3, 5, Start, TimeSpan.FromHours(1)), Token);
        Assert.Equal(2_515, _database.Outcomes.Count);
    }

    [Fact]
    public async Task A_batch_whose_answer_was_lost_is_sent_again_and_its_outcomes_are_there_once()
    {
        await using var store = CreateStore();
        var lost = 0;
        _database.After = statement => statement.Parameters.ContainsKey("groups") && Interlocked.Increment(ref lost) <= 5 ? ScriptedTransport.Lost() : null;
        var outcomes = Samples.Many(4, 1_500, Start, TimeSpan.FromHours(1));

        await AppendAsync(store, outcomes);
        await WaitAsync(() => _folder.Files("spool-*").Length == 0 && !store.IsAway);

        Assert.Equal(outcomes.Select(o => o.Id.ToString()).ToHashSet(), _database.Outcomes.Keys.ToHashSet());
        Assert.Contains(_database.Outcomes.Values, static times => times > 1);
    }

    [Fact]
    public async Task What_a_killed_process_left_goes_up_with_the_next_one_but_for_a_torn_line()
    {
        var outcomes = Samples.Many(5, 300, Start, TimeSpan.FromHours(1));
        await using (var left = CreateSpool())
        {
            await left.AppendAsync(outcomes, Token);
        }

        await File.AppendAllTextAsync(Assert.Single(_folder.Files("spool-*")), "{\"Id\":\"7c9e66", Token);
        await using var store = CreateStore();
        await store.AppendAsync(Samples.Many(6, 1, Start, TimeSpan.FromHours(1)), Token);

        await WaitAsync(() => _database.Outcomes.Count == 301 && _folder.Files("spool-*").Length == 0);
        Assert.Contains("Skipped 1 damaged", Assert.Single(_log.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_segment_that_another_process_appends_to_is_left_to_it()
    {
        await using var other = CreateSpool();
        await other.AppendAsync(Samples.Many(7, 10, Start, TimeSpan.FromHours(1)), Token);
        await using var own = CreateSpool();

        Assert.Null(await own.TakeAsync(Token));

        await using var segment = await other.TakeAsync(Token);
        Assert.NotNull(segment);
        Assert.Null(await own.TakeAsync(Token));
    }

    [Fact]
    public async Task Beyond_the_limit_the_oldest_are_rolled_up_and_nothing_is_lost_to_reports()
    {
        var outcomes = Samples.Many(8, 12_000, Start, TimeSpan.FromHours(20)).OrderBy(o => o.Timestamp).ToList();
        _database.Before = static _ => ScriptedTransport.Lost();
        await using (var store = CreateStore(spoolMB: 1))
        {
            foreach (var batch in outcomes.Chunk(1_000))
            {
                await AppendAsync(store, batch);
            }
        }

        Assert.InRange(_folder.Files("spool-*").Sum(file => new FileInfo(file).Length), 1, 3 * 1024 * 1024);
        Assert.Contains(_log.Warnings, static line => line.Contains("More than 1 MB", StringComparison.Ordinal) && line.Contains("rolled up", StringComparison.Ordinal));

        // Another run brings it up, and its first answer is lost.
        var lost = 0;
        _database.Before = null;
        _database.After = statement => statement.Text.Contains("MetricsRollup {id", StringComparison.Ordinal) && Interlocked.Increment(ref lost) == 1
            ? ScriptedTransport.Lost()
            : null;
        await using var next = CreateStore(spoolMB: 1);
        await AppendAsync(next, [outcomes[0]]);
        await WaitAsync(() => _folder.Files("*.json*").Length == 0 && !next.IsAway);

        var kept = outcomes.Where(o => _database.Outcomes.ContainsKey(o.Id.ToString())).ToHashSet();
        Assert.InRange(kept.Count, 1, outcomes.Count - 2_000);
        Totals.AssertSame(
            Totals.Of(outcomes.Where(o => !kept.Contains(o) || o == outcomes[0]), TimeSpan.FromHours(1)),
            _database.Rollups.Values.Select(ToTotals));
    }

    [Fact]
    public async Task A_segment_whose_deletion_was_cut_short_is_not_counted_again()
    {
        var outcomes = Samples.Many(9, 3_000, Start, TimeSpan.FromHours(1));
        byte[] first;
        string file;
        await using (var spool = CreateSpool(segmentBytes: 1))
        {
            await spool.AppendAsync(outcomes[..1_500], Token);
            file = Assert.Single(_folder.Files("spool-*"));
            first = await File.ReadAllBytesAsync(file, Token);
            _time.Advance(TimeSpan.FromSeconds(1));
            await spool.AppendAsync(outcomes[1_500..], Token);
        }

        // The first segment was rolled up, and the process is killed before it is deleted.
        Assert.False(File.Exists(file));
        await File.WriteAllBytesAsync(file, first, Token);
        await using var store = CreateStore();
        await AppendAsync(store, Samples.Many(10, 1, Start, TimeSpan.FromHours(1)));
        await WaitAsync(() => _folder.Files("*.json*").Length == 0);

        Assert.Equal(1_501, _database.Outcomes.Count);
        Totals.AssertSame(Totals.Of(outcomes[..1_500], TimeSpan.FromHours(1)), _database.Rollups.Values.Select(ToTotals));
    }

    [Fact]
    public async Task After_a_refused_password_nothing_is_tried_for_minutes()
    {
        _database.Before = static _ => new(Neo4jFault.Unauthorized, "Invalid credential.", "Neo.ClientError.Security.Unauthorized");
        await using var store = CreateStore();
        await store.AppendAsync(Samples.Many(12, 3, Start, TimeSpan.FromHours(1)), Token);
        await store.AppendAsync(Samples.Many(13, 3, Start, TimeSpan.FromHours(1)), Token);
        Assert.Single(_database.Statements);

        await _time.WaitForTimersAsync(1, Token);
        Assert.Equal(TimeSpan.FromMinutes(5), _time.UntilNextTimer);
    }

    [Fact]
    public async Task A_row_that_is_refused_is_left_out_unless_all_are()
    {
        var outcomes = Samples.Many(14, 64, Start, TimeSpan.FromHours(1));
        var bad = outcomes[37].Id.ToString();
        _database.Before = statement => ScriptedTransport.IdsOf(statement).Contains(bad) ? Refused() : null;
        await using var store = CreateStore();
        await store.AppendAsync(outcomes, Token);
        Assert.Equal(63, _database.Outcomes.Count);
        Assert.Contains(bad, Assert.Single(_log.Warnings), StringComparison.Ordinal);
        Assert.False(store.IsAway);

        _database.Before = statement => statement.Parameters.ContainsKey("groups") ? Refused() : null;
        await store.AppendAsync(Samples.Many(15, 8, Start, TimeSpan.FromHours(1)), Token);
        Assert.True(store.IsAway);
        Assert.Single(_folder.Files("spool-*"));
    }

    [Fact]
    public async Task Where_the_folder_is_not_writable_either_the_outcomes_are_left_to_who_has_them()
    {
        _database.Before = static _ => ScriptedTransport.Lost();
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.Path)!);
        await File.WriteAllTextAsync(_folder.Path, "a file where the folder should be", Token);
        await using var store = CreateStore();

        await Assert.ThrowsAnyAsync<IOException>(() => AppendAsync(store, Samples.Many(16, 1, Start, TimeSpan.FromHours(1))));
    }

    private static Neo4jMetricsException Refused() => new(Neo4jFault.Statement, "Cannot merge.", "Neo.ClientError.Statement.SemanticError");

    private static OutcomeTotals ToTotals(IReadOnlyDictionary<string, object?> row)
    {
        var totals = new OutcomeTotals
        {
            Group = new(
                (string)row["provider"]!,
                (string)row["model_name"]!,
                (string?)row["model_version"],
                (string)row["task_type"]!,
                Enum.Parse<ComplexityLevel>((string)row["complexity"]!),
                DateTimeOffset.Parse((string)row["start"]!, System.Globalization.CultureInfo.InvariantCulture)),
            First = new DateTimeOffset((long)row["first"]!, TimeSpan.Zero),
            Last = new DateTimeOffset((long)row["last"]!, TimeSpan.Zero),
        };
        foreach (var sum in Rollups.RollupSum.All)
        {
            sum.Set(totals, Convert.ToDouble(row[sum.Name], System.Globalization.CultureInfo.InvariantCulture));
        }

        foreach (var (bucket, count) in ((IEnumerable<object?>)row["latency_buckets"]!).Cast<int>().Zip(((IEnumerable<object?>)row["latency_counts"]!).Cast<long>()))
        {
            totals.Latency.Add(bucket, count);
        }

        return totals;
    }

    private Neo4jMetricsStore CreateStore(int spoolMB = 256) => new(_database, new() { SpoolMB = spoolMB, Timeout = TimeSpan.FromHours(1) }, _folder.Path, _time, _log);

    private OutcomeSpool CreateSpool(int? segmentBytes = null) => new(_folder.Path, limitMB: 1, _time, NullLogger.Instance, segmentBytes);

    /// <summary>Appends while the clock goes on, since tries after a fault wait.</summary>
    private async Task AppendAsync(Neo4jMetricsStore store, IReadOnlyList<CallOutcome> outcomes)
    {
        var append = store.AppendAsync(outcomes, Token).AsTask();
        await WaitAsync(() => append.IsCompleted);
        await append;
    }

    private async Task WaitAsync(Func<bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }
}
