namespace HybridLlm.Experiments;

/// <summary>
/// Between which values a mean lies, at every moment at once: one may look after each observation and stop whenever one likes, and is still wrong as seldom as said.
/// </summary>
/// <remarks>
/// <para>
/// Of each candidate value m, somebody who thinks the mean higher bets against somebody who offers fair odds for m: a fraction of what he has, so that an observation x
/// multiplies it by 1 - f + f (1 + x) / (1 + m). If the mean is m, or lower, his wealth is a nonnegative supermartingale, and the chance that it ever grows 1/alpha-fold
/// is at most alpha (Ville's inequality); so values of m at which it has are excluded. He spreads his money over several fractions, since the best one is not known
/// beforehand. I. Waudby-Smith and A. Ramdas, Estimating means of bounded random variables by betting, Journal of the Royal Statistical Society B 86 (2024).
/// </para>
/// <para>No distribution is assumed: observations need only lie between -1 and 1 and have the same mean, given those before them.</para>
/// </remarks>
internal static class ConfidenceSequence
{
    /// <summary>How close to their true place the ends are found.</summary>
    private const int Halvings = 30;

    /// <summary>The fractions that are bet: small ones win slowly where the difference is small, large ones quickly where it is large.</summary>
    private static readonly double[] Fractions = [0.01, 0.03, 0.08, 0.16, 0.3, 0.45, 0.65, 0.85];

    /// <summary>Finds between which values the mean lies.</summary>
    /// <param name="values">The observations in their order, each from -1 to 1.</param>
    /// <param name="alpha">How likely the interval may miss the mean at any time, at most.</param>
    /// <returns>The values that no moment so far has excluded.</returns>
    public static ConfidenceInterval Of(ReadOnlySpan<double> values, double alpha) =>
        new(LowEnd(values, alpha / 2, 1), -LowEnd(values, alpha / 2, -1));

    /// <summary>Finds above which value the mean lies.</summary>
    /// <param name="values">The observations in their order, each from -1 to 1.</param>
    /// <param name="alpha">How likely it lies below, at most.</param>
    public static double Above(ReadOnlySpan<double> values, double alpha) => LowEnd(values, alpha, 1);

    /// <summary>Finds after how many observations it was clear that the mean is not 0.</summary>
    /// <param name="values">The observations in their order, each from -1 to 1.</param>
    /// <param name="alpha">How likely that may be wrong, at most.</param>
    /// <returns>How many; <see langword="null"/> when it is not clear.</returns>
    public static int? DecidedAfter(ReadOnlySpan<double> values, double alpha)
    {
        var above = ExcludedAfter(values, 0, alpha / 2, 1);
        var below = ExcludedAfter(values, 0, alpha / 2, -1);
        return above is null ? below : below is null ? above : Math.Min(above.Value, below.Value);
    }

    private static double LowEnd(ReadOnlySpan<double> values, double alpha, int sign)
    {
        var (excluded, open) = (-1.0, 1.0);
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (excluded + open) / 2;
            if (ExcludedAfter(values, middle, alpha, sign) is null)
            {
                open = middle;
            }
            else
            {
                excluded = middle;
            }
        }

        return excluded;
    }

    /// <summary>Finds when it was clear that the mean of the observations, or of their opposites, is above a value.</summary>
    private static int? ExcludedAfter(ReadOnlySpan<double> values, double mean, double alpha, int sign)
    {
        Span<double> wealth = stackalloc double[Fractions.Length];
        wealth.Fill(1.0 / Fractions.Length);
        for (var i = 0; i < values.Length; i++)
        {
            var odds = (1 + (sign * values[i])) / (1 + mean);
            var sum = 0.0;
            for (var j = 0; j < wealth.Length; j++)
            {
                sum += wealth[j] *= 1 - Fractions[j] + (Fractions[j] * odds);
            }

            if (sum >= 1 / alpha)
            {
                return i + 1;
            }
        }

        return null;
    }
}
