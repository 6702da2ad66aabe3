namespace HybridLlm.Selection.Rules;

/// <summary>Finds what somebody who wrote an unknown name may have meant.</summary>
internal static class NearestName
{
    /// <summary>Names longer than this are not compared; nobody mistypes that much.</summary>
    private const int LongestName = 40;

    /// <summary>Says that a name is not known, which one may be meant, and which are known.</summary>
    public static string Unknown(string name)
    {
        var known = RuleVariables.All.Select(variable => variable.Name).Append(RuleVariables.Metadata).ToArray();
        var nearest = name.Length > LongestName ? null : known.MinBy(candidate => Distance(name, candidate));
        var close = nearest is not null && Distance(name, nearest) <= Math.Max(2, name.Length / 3);
        return $"'{(name.Length > LongestName ? $"{name[..LongestName]}..." : name)}' is not a known name. "
            + (close ? $"Did you mean {nearest}? " : "Texts stand in quotes. ")
            + $"Known names: {string.Join(", ", known)}.";
    }

    /// <summary>Counts the insertions, deletions and replacements that lead from one name to the other, without regard to case.</summary>
    private static int Distance(string a, string b)
    {
        Span<int> row = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
