namespace HybridLlm.Experiments;

/// <summary>Small sums that the reports share.</summary>
internal static class Means
{
    /// <summary>The chance of error where nobody sets one.</summary>
    public const double UsualAlpha = 0.05;

    /// <summary>Turns an interval of a mean between -1 and 1 into that of a share.</summary>
    public static ConfidenceInterval FromUnit(ConfidenceInterval interval) => new((interval.Low + 1) / 2, (interval.High + 1) / 2);

    /// <summary>Gets the median; <see langword="null"/> of nothing.</summary>
    public static double? Median(List<double> values)
    {
        if (values.Count == 0)
        {
            return null;
        }

        var sorted = values.ToArray();
        Array.Sort(sorted);
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
