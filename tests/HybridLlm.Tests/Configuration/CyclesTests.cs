using HybridLlm.Configuration.Validation;

namespace HybridLlm.Tests.Configuration;

public class CyclesTests
{
    [Fact]
    public void Find_agrees_with_reachability_on_random_graphs()
    {
        var random = new Random(1789);
        for (var round = 0; round < 500; round++)
        {
            var names = Enumerable.Range(0, random.Next(1, 9)).Select(i => $"m{i}").ToArray();
            var next = names.ToDictionary(
                name => name,
                name => (IReadOnlyList<string>)[.. names.Where(other => other != name && random.NextDouble() < 0.2)]);

            var cycles = Cycles.Find(next);

            foreach (var cycle in cycles)
            {
                Assert.Equal(cycle.Min(StringComparer.Ordinal), cycle[0]);
                Assert.All(cycle.Zip([.. cycle.Skip(1), cycle[0]]), pair => Assert.Contains(pair.Second, next[pair.First]));
            }

            Assert.Equal(names.Any(name => Reaches(next, name, name)), cycles.Count > 0);
        }
    }

    [Fact]
    public void Find_survives_a_very_long_chain()
    {
        var next = Enumerable.Range(0, 100_000).ToDictionary(i => $"m{i}", i => (IReadOnlyList<string>)[$"m{i + 1}"]);

        Assert.Empty(Cycles.Find(next));
    }

    private static bool Reaches(Dictionary<string, IReadOnlyList<string>> next, string from, string to)
    {
        var seen = new HashSet<string>();
        var left = new Queue<string>(next[from]);
        while (left.TryDequeue(out var name))
        {
            if (name == to)
            {
                return true;
            }

            if (seen.Add(name))
            {
                foreach (var further in next[name])
                {
                    left.Enqueue(further);
                }
            }
        }

        return false;
    }
}
