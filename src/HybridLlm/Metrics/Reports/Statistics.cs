namespace HybridLlm.Metrics.Reports;

/// <summary>The limits between which a true value lies.</summary>
internal static class Statistics
{
    /// <summary>The share of intervals that may miss the truth.</summary>
    public const double Miss = 0.05;

    /// <summary>Gets how many standard deviations lie on either side when so many intervals may together miss the truth as seldom as one (Bonferroni).</summary>
    public static double Deviations(int intervals = 1) => Quantile(1 - (Miss / (2 * Math.Max(1, intervals))));

    /// <summary>Wilson's interval of a share. E. B. Wilson, Journal of the American Statistical Association 22 (1927).</summary>
    /// <param name="hits">How many of <paramref name="count"/>.</param>
    /// <param name="count">How many there are; 1 or more.</param>
    /// <param name="z">The standard deviations on either side.</param>
    public static ConfidenceInterval Wilson(double hits, double count, double z)
    {
        var share = hits / count;
        var square = z * z / count;
        var middle = (share + (square / 2)) / (1 + square);
        var half = z * Math.Sqrt((share * (1 - share) / count) + (square / (4 * count))) / (1 + square);
        return new(Math.Max(0, Math.Min(share, middle - half)), Math.Min(1, Math.Max(share, middle + half)));
    }

    /// <summary>The quantile of the standard normal distribution, to nine digits: P. J. Acklam's rational approximation.</summary>
    /// <param name="share">The share below, above 0 and below 1.</param>
    public static double Quantile(double share)
    {
        const double Tail = 0.02425;
        if (share > 0.5)
        {
            return -Quantile(1 - share);
        }

        if (share < Tail)
        {
            var t = Math.Sqrt(-2 * Math.Log(share));
            return Polynomial(t, -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783)
                / Polynomial(t, 7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996, 3.754408661907416, 1);
        }

        var q = share - 0.5;
        var r = q * q;
        return q
            * Polynomial(r, -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02, 1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239)
            / Polynomial(r, -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01, -1.328068155288572e+01, 1);
    }

    private static double Polynomial(double x, params ReadOnlySpan<double> coefficients)
    {
        double value = 0;
        foreach (var coefficient in coefficients)
        {
            value = (value * x) + coefficient;
        }

        return value;
    }
}
