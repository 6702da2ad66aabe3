using System.Text;
using HybridLlm.Metrics;

namespace HybridLlm.Tests.Metrics;

public sealed class JournalDamageTests
{
    private static readonly CallOutcome[] Written = [.. Enumerable.Range(0, 4).Select(i => Outcomes.Full(new Random(i), i))];
    private static readonly byte[] Journal = Write(Written);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cut_off_at_any_byte_the_whole_lines_before_survive()
    {
        var ends = Ends(Journal);
        for (var length = 0; length <= Journal.Length; length++)
        {
            var (read, damaged) = await ReadAsync(Journal[..length]);

            // A line that lacks nothing but its end is whole.
            var whole = ends.Count(end => end <= length + 1);
            Assert.Equal(Written[..whole], read);
            var torn = length - (whole == 0 ? 0 : ends[whole - 1]);
            Assert.Equal(torn > 0 ? 1 : 0, damaged);
        }
    }

    [Fact]
    public async Task Random_mutations_never_throw_and_leave_the_lines_that_they_miss()
    {
        var random = new Random(20_260);
        var ends = Ends(Journal);
        for (var round = 0; round < 3_000; round++)
        {
            var bytes = Journal.ToArray();
            var touched = new HashSet<int>();
            for (var i = random.Next(1, 6); i > 0; i--)
            {
                var at = random.Next(bytes.Length);
                bytes[at] = random.Next(4) switch { 0 => 0, 1 => 0xff, 2 => (byte)'"', _ => (byte)random.Next(256) };
                var line = ends.FindIndex(end => at < end);
                touched.Add(line);
                if (at == ends[line] - 1)
                {
                    // Without its end a line is glued to the next.
                    touched.Add(line + 1);
                }
            }

            var (read, damaged) = await ReadAsync(bytes);

            Assert.Subset(read.ToHashSet(), Written.Where((_, i) => !touched.Contains(i)).ToHashSet());
            Assert.InRange(damaged, 0, 12);
        }
    }

    [Fact]
    public async Task Random_bytes_are_not_outcomes()
    {
        var random = new Random(5);
        for (var round = 0; round < 300; round++)
        {
            var bytes = new byte[random.Next(5_000)];
            random.NextBytes(bytes);

            var (read, damaged) = await ReadAsync(bytes);

            Assert.Empty(read);
            Assert.InRange(damaged, bytes.Length > 0 ? 1 : 0, bytes.Length);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("42")]
    [InlineData("\0\0\0\0\0\0\0\0")]
    [InlineData("{\"id\":null}")]
    [InlineData("{\"id\":\"11112222-3333-4444-5555-666677778888\",\"t\":\"2030-01-01T00:00:00Z\",\"rq\":\"q\",\"p\":\"p\",\"m\":null,\"task\":\"t\",\"c\":\"Simple\",\"s\":\"Failed\"}")]
    [InlineData("{\"id\":\"11112222-3333-4444-5555-666677778888\",\"t\":\"2030-01-01T00:00:00Z\",\"rq\":\"q\",\"p\":\"p\",\"m\":\"m\",\"task\":\"t\",\"c\":\"Simple\",\"s\":\"Exploded\"}")]
    [InlineData("{\"id\":\"11112222-3333-4444-5555-666677778888\",\"t\":\"2030-01-01T00:00:00Z\",\"rq\":\"q\",\"p\":\"p\",\"m\":\"m\",\"task\":\"t\",\"c\":\"Simple\",\"s\":\"Failed\"}{}")]
    public async Task A_line_that_is_no_outcome_is_skipped_and_counted(string line)
    {
        var (read, damaged) = await ReadAsync([.. Write(Written[..1]), .. Encoding.UTF8.GetBytes(line), .. "\r\n"u8, .. Write(Written[1..])]);

        Assert.Equal(Written, read);
        Assert.Equal(line.Length > 0 ? 1 : 0, damaged);
    }

    [Theory]
    [InlineData(JournalFormat.MaxLineBytes - 1)]
    [InlineData(JournalFormat.MaxLineBytes)]
    [InlineData(JournalFormat.MaxLineBytes + 1)]
    [InlineData(JournalFormat.MaxLineBytes + 2)]
    [InlineData(JournalFormat.MaxLineBytes + 3)]
    [InlineData((2 * JournalFormat.MaxLineBytes) + 4)]
    [InlineData(5_000_000)]
    public async Task An_absurdly_long_line_counts_once_and_hides_nothing(int length)
    {
        byte[] noise = [.. Enumerable.Repeat((byte)'{', length)];

        var (read, damaged) = await ReadAsync([.. Write(Written[..2]), .. noise, .. "\n"u8, .. Write(Written[2..]), .. noise]);

        Assert.Equal(Written, read);
        Assert.Equal(2, damaged);
    }

    [Fact]
    public async Task The_longest_line_that_is_written_is_read()
    {
        var outcome = Outcomes.Success("");
        var longest = outcome with { Model = new string('x', JournalFormat.MaxLineBytes + 1 - JournalFormat.Measure(outcome)) };

        var (read, damaged) = await ReadAsync(Write([outcome, longest]));

        Assert.Equal([outcome, longest], read);
        Assert.Equal(0, damaged);
    }

    [Fact]
    public async Task Damage_is_logged_with_the_name_of_the_file_and_gone_after_a_merge()
    {
        using var folder = new TemporaryFolder();
        folder.Write("segment-torn.jsonl", Journal[..^9]);
        folder.Write("segment-whole.jsonl", Write([Outcomes.Success(second: 100)]));
        folder.Write("snapshot-killed.tmp", Journal);
        var log = new LogRecorder<JsonMetricsStore>();
        await using var store = new JsonMetricsStore(folder.Path, TimeProvider.System, log);

        await store.PruneAsync(Outcomes.Epoch.AddSeconds(1), Token);

        Assert.Equal(1, store.DamagedLines);
        Assert.Contains("segment-torn.jsonl", Assert.Single(log.Warnings), StringComparison.Ordinal);
        Assert.Single(folder.Files("snapshot-*.jsonl"));
        Assert.Empty(folder.Files("*.tmp"));
        Assert.Equal(3, (await ReadAsync(store)).Count);
        Assert.Equal(1, store.DamagedLines);
    }

    [Fact]
    public async Task A_merge_killed_between_renaming_and_deleting_leaves_each_outcome_once()
    {
        using var folder = new TemporaryFolder();
        folder.Write("segment-a.jsonl", Journal);
        folder.Write("snapshot-old.jsonl", Write(Written[..2]));
        folder.Write("snapshot-new.jsonl", Journal);
        await using var store = new JsonMetricsStore(folder.Path);

        Assert.Equal(Written, await ReadAsync(store));
        await store.PruneAsync(DateTimeOffset.MinValue, Token);

        Assert.Equal(Written, await ReadAsync(store));
        Assert.Single(folder.Files("*.jsonl"));
    }

    private static byte[] Write(IEnumerable<CallOutcome> outcomes)
    {
        var lines = new System.Buffers.ArrayBufferWriter<byte>();
        foreach (var outcome in outcomes)
        {
            Assert.NotEqual(0, JournalFormat.Write(lines, outcome));
        }

        return lines.WrittenSpan.ToArray();
    }

    private static List<int> Ends(byte[] journal) =>
        [.. journal.Select(static (value, i) => (value, i)).Where(static pair => pair.value == '\n').Select(static pair => pair.i + 1)];

    private static async Task<(List<CallOutcome> Read, long Damaged)> ReadAsync(byte[] journal)
    {
        var reader = new JournalReader(new MemoryStream(journal));
        List<CallOutcome> read = [];
        while (await reader.ReadAsync(Token) is { } outcome)
        {
            read.Add(outcome);
        }

        return (read, reader.Damaged);
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
}
