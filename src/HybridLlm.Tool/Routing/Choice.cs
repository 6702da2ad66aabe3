namespace HybridLlm.Tool.Routing;

/// <summary>Chooses among models.</summary>
internal static class Choice
{
    /// <summary>Gets the place of the highest value; the first of equals.</summary>
    public static int Best(ReadOnlySpan<double> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            best = values[i] > values[best] ? i : best;
        }

        return best;
    }
}
