using HybridLlm.Neo4j.Rollups;

namespace HybridLlm.Neo4j.Tests;

public sealed class RollupTextTests
{
    private static readonly string[] Names = ["", "gemma3:1b", "a;b|c\u001f\"'\\\n", "\u2603\U0001F600", "-1;2;3;"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_rollup_comes_back_as_it_went_whatever_its_names_and_numbers(int seed)
    {
        var random = new Random(seed);
        var rows = Enumerable.Range(0, 200).Select(_ => Any(random)).ToList();

        var read = RollupText.ReadAll(string.Concat(rows.Select(RollupText.Write)));

        Assert.Equal(rows.Count, read.Count);
        foreach (var (row, back) in rows.Zip(read))
        {
            Assert.Equal((row.Provider, row.Model, row.ModelVersion, row.TaskType, row.Complexity), (back.Provider, back.Model, back.ModelVersion, back.TaskType, back.Complexity));
            Assert.Equal((row.Start, row.First, row.Last), (back.Start, back.First, back.Last));
            Assert.Equal(row.Sums, back.Sums);
            Assert.Equal(row.Buckets, back.Buckets);
            Assert.Equal(row.Counts, back.Counts);
        }
    }

    [Fact]
    public void Of_a_text_that_is_none_nothing_is_read()
    {
        var random = new Random(4);
        foreach (var text in (string[])["", ";", "no numbers", "0;0;0;0;1;1;1;1;99999999999;", "0;0;0;9;0;0;-1;0;0;0;", "99999999999999;0;0;0;0;0;-1;0;0;0;", "0;0;0;0;0;0;-1;5;0;0;"])
        {
            Assert.Empty(RollupText.ReadAll(text));
        }

        // Cut anywhere, it is not read as something else: the last name is missing a part.
        var whole = RollupText.Write(Any(random) with { TaskType = "summary" });
        Assert.All(Enumerable.Range(0, whole.Length), length => Assert.Empty(RollupText.ReadAll(whole[..length])));
    }

    private static RollupRow Any(Random random)
    {
        var buckets = random.Next(20);
        return new(
            Names[random.Next(Names.Length)],
            Names[random.Next(Names.Length)],
            random.Next(3) == 0 ? null : Names[random.Next(Names.Length)],
            Names[random.Next(Names.Length)],
            (ComplexityLevel)random.Next(3),
            DateTimeOffset.FromUnixTimeSeconds(random.NextInt64(-60_000_000_000, 250_000_000_000)),
            [.. RollupSum.All.Select(_ => random.Next(4) switch { 0 => 0, 1 => random.Next(), 2 => -random.NextDouble() * 1e-9, _ => random.NextDouble() * Math.Pow(10, random.Next(300)) })],
            [.. Enumerable.Range(0, buckets).Select(_ => random.Next(432))],
            [.. Enumerable.Range(0, buckets).Select(_ => random.NextInt64())],
            random.NextInt64(),
            random.NextInt64());
    }
}
