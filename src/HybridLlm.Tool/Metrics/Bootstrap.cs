namespace HybridLlm.Tool.Metrics;

/// <summary>Estimates how far a figure would move with other rows of the same kind: rows are drawn again and again with replacement.</summary>
internal static class Bootstrap
{
    private const int Draws = 1000;
    private const double Tail = 0.025;

    /// <summary>Estimates the bounds of a figure.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="seed">The same seed draws the same rows.</param>
    /// <param name="figure">Computes the figure from how often each row was drawn; <see langword="null"/> when these rows have none.</param>
    /// <returns><see langword="null"/> when no draw has a figure.</returns>
    public static Interval? Of(int rows, int seed, Func<int[], double?> figure)
    {
        var random = new Random(seed);
        var weights = new int[rows];
        var figures = new List<double>(Draws);
        for (var draw = 0; draw < Draws; draw++)
        {
            Array.Clear(weights);
            for (var i = 0; i < rows; i++)
            {
                weights[random.Next(rows)]++;
            }

            if (figure(weights) is { } value)
            {
                figures.Add(value);
            }
        }

        figures.Sort();
        return figures.Count == 0 ? null : new(Rounded(figures[(int)(Tail * figures.Count)]), Rounded(figures[(int)((1 - Tail) * (figures.Count - 1))]));
    }

    /// <summary>Estimates the bounds of a mean.</summary>
    public static Interval? OfMean(IReadOnlyList<double> values, int seed) => values.Count == 0 ? null : Of(values.Count, seed, weights =>
    {
        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            sum += weights[i] * values[i];
        }

        return sum / weights.Length;
    });

    private static double Rounded(double value) => Math.Round(value, 4);
}
