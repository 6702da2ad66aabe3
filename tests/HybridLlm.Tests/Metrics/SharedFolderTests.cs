using System.Diagnostics;
using HybridLlm.Metrics;
using HybridLlm.Testing;

namespace HybridLlm.Tests.Metrics;

public sealed class SharedFolderTests : IDisposable
{
    private static readonly JournalLimits Small = new() { SegmentBytes = 2_000, MergeSegments = 3, SegmentsPerMerge = 5 };

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_lock_that_another_process_holds_for_a_moment_is_waited_for_by_a_host_whose_clock_stands_still()
    {
        await using var store = new JsonMetricsStore(_folder.Path, new ManualTimeProvider());
        await store.AppendAsync([Outcomes.Success()], Token);
        var held = new FileStream(Path.Combine(_folder.Path, "folder.lock"), FileMode.OpenOrCreate, FileAccess.Read, FileShare.None);

        var reading = store.ReadAsync(MetricsQuery.All, Token).CountAsync(Token).AsTask();
        Assert.False(reading.IsCompleted);
        await held.DisposeAsync();

        Assert.Equal(1, await reading.WaitAsync(TimeSpan.FromMinutes(1), Token));
    }

    [Fact]
    public async Task Stores_see_what_each_other_appended()
    {
        await using var left = Open();
        await using var right = Open();
        var first = Outcomes.Success(second: 1);
        var second = Outcomes.Success(second: 2);

        await right.AppendAsync([second], Token);
        await left.AppendAsync([first], Token);

        Assert.Equal([first, second], await ReadAsync(left));
        Assert.Equal([first, second], await ReadAsync(right));
    }

    [Fact]
    public async Task The_segment_of_a_living_process_is_never_merged_away()
    {
        await using var living = Open();
        var outcomes = Enumerable.Range(0, 6).Select(i => Outcomes.Success(second: i)).ToList();
        await living.AppendAsync(outcomes[..1], Token);
        var segment = Assert.Single(_folder.Files("segment-*"));
        await using (var other = Open())
        {
            await other.AppendAsync(outcomes[1..3], Token);
            await other.PruneAsync(Outcomes.Epoch.AddSeconds(2), Token);
        }

        Assert.Contains(segment, _folder.Files("segment-*"));
        await living.AppendAsync(outcomes[3..], Token);

        Assert.Equal([outcomes[0], .. outcomes[2..]], await ReadAsync(living));
    }

    [Fact]
    public async Task A_segment_that_is_being_read_is_left_for_the_next_merge()
    {
        var outcomes = Enumerable.Range(0, 3).Select(i => Outcomes.Success(second: i)).ToList();
        await using (var dead = Open())
        {
            await dead.AppendAsync(outcomes, Token);
        }

        await using var store = Open();
        await using var reading = store.ReadAsync(MetricsQuery.All, Token).GetAsyncEnumerator(Token);
        Assert.True(await reading.MoveNextAsync());
        await using var other = Open();

        await other.PruneAsync(Outcomes.Epoch.AddDays(1), Token);

        Assert.True(await reading.MoveNextAsync());
        Assert.Equal(outcomes[1], reading.Current);
    }

    [Fact]
    public async Task Stores_that_write_read_merge_and_restart_at_once_lose_nothing()
    {
        const int Stores = 4, Rounds = 40, PerRound = 5;
        var appended = await Task.WhenAll(Enumerable.Range(0, Stores).Select(number => Task.Run(() => WorkAsync(number), Token)));

        await using var store = Open();
        var read = await ReadAsync(store);

        var expected = appended.SelectMany(static outcomes => outcomes).ToList();
        Assert.Equal(Stores * Rounds * PerRound, read.Count);
        Assert.Equal(expected.ToHashSet(), read.ToHashSet());
        Assert.Equal(read.OrderBy(static outcome => outcome.Timestamp).Select(static outcome => outcome.Timestamp), read.Select(static outcome => outcome.Timestamp));
        Assert.Equal(0, store.DamagedLines);

        async Task<List<CallOutcome>> WorkAsync(int number)
        {
            var random = new Random(number);
            List<CallOutcome> mine = [];
            var own = Open();
            for (var round = 0; round < Rounds; round++)
            {
                var batch = Enumerable.Range(0, PerRound).Select(_ => Outcomes.Success(second: random.Next(1000))).ToList();
                await own.AppendAsync(batch, Token);
                mine.AddRange(batch);
                switch (random.Next(6))
                {
                    case 0:
                        await own.DisposeAsync();
                        own = Open();
                        break;
                    case 1:
                        Assert.Superset(mine.ToHashSet(), (await ReadAsync(own)).ToHashSet());
                        break;
                    case 2:
                        await own.PruneAsync(DateTimeOffset.MinValue, Token);
                        break;
                    default:
                        break;
                }
            }

            await own.DisposeAsync();
            return mine;
        }
    }

    [Fact]
    public async Task A_segment_that_another_process_holds_is_left_until_that_process_is_killed()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Needs a POSIX shell.");
        }

        // The child holds the lock that a living store holds, on a segment that ends in half a line.
        var outcome = Outcomes.Success(second: 1);
        await using (var writer = Open())
        {
            await writer.AppendAsync([outcome, Outcomes.Success(second: 2)], Token);
        }

        var segment = Assert.Single(_folder.Files("segment-*"));
        await File.WriteAllBytesAsync(segment, (await File.ReadAllBytesAsync(segment, Token))[..^20], Token);
        using var child = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "command -v flock >/dev/null || { echo none; exit; }; exec flock --shared --no-fork \"$0\" sh -c 'echo locked; exec sleep 60'", segment])
        {
            RedirectStandardOutput = true,
        })!;
        if (await child.StandardOutput.ReadLineAsync(Token) != "locked")
        {
            Assert.Skip("Needs the command flock.");
        }

        await using var store = Open();
        await store.PruneAsync(DateTimeOffset.MaxValue, Token);
        Assert.Equal([outcome], await ReadAsync(store));

        child.Kill();
        await child.WaitForExitAsync(Token);
        await store.PruneAsync(DateTimeOffset.MaxValue, Token);

        Assert.Empty(await ReadAsync(store));
        Assert.Empty(_folder.Files("*.jsonl"));
    }

    private static async Task<List<CallOutcome>> ReadAsync(JsonMetricsStore store)
    {
        List<CallOutcome> read = [];
        await foreach (var outcome in store.ReadAsync(MetricsQuery.All, Token))
        {
            read.Add(outcome);
        }

        return read;
    }

    private JsonMetricsStore Open() => new(_folder.Path, limits: Small);
}
