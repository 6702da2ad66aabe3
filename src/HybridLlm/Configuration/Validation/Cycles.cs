namespace HybridLlm.Configuration.Validation;

/// <summary>Finds circles in who comes after whom.</summary>
internal static class Cycles
{
    /// <summary>Finds circles: at least one for every group of names that reach each other, each starting at its first name in the alphabet.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Find(IReadOnlyDictionary<string, IReadOnlyList<string>> next)
    {
        var found = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
        var done = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var start in next.Keys.Order(StringComparer.Ordinal))
        {
            Walk(start);
        }

        return [.. found.Values];

        // An explicit stack: a chain of fallbacks may be as long as the configuration.
        void Walk(string start)
        {
            var way = new List<string>();
            var onWay = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            var left = new Stack<(string Name, int Child)>();
            Enter(start);
            while (left.TryPop(out var step))
            {
                var children = next.GetValueOrDefault(step.Name) ?? [];
                if (step.Child == children.Count)
                {
                    way.RemoveAt(way.Count - 1);
                    onWay.Remove(step.Name);
                    continue;
                }

                left.Push((step.Name, step.Child + 1));
                var child = children[step.Child];
                if (onWay.Contains(child))
                {
                    var cycle = way[way.FindIndex(name => name.Equals(child, StringComparison.OrdinalIgnoreCase))..];
                    var first = cycle.IndexOf(cycle.Min(StringComparer.Ordinal)!);
                    List<string> turned = [.. cycle[first..], .. cycle[..first]];
                    found.TryAdd(string.Join('\n', turned), turned);
                }
                else
                {
                    Enter(child);
                }
            }

            void Enter(string name)
            {
                if (done.Add(name))
                {
                    way.Add(name);
                    onWay.Add(name);
                    left.Push((name, 0));
                }
            }
        }
    }
}
