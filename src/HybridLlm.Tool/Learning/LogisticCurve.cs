namespace HybridLlm.Tool.Learning;

/// <summary>How likely something is, by a score: one over one plus the exponential of a line (Platt 1999), fitted by Newton's method.</summary>
internal sealed class LogisticCurve
{
    private const int Steps = 50;
    private const double Enough = 1e-10;

    // A little weight towards a flat curve: without it, scores that part right from wrong completely have no best line.
    private const double Prior = 1e-3;

    private readonly double _slope;
    private readonly double _offset;

    private LogisticCurve(double slope, double offset)
    {
        _slope = slope;
        _offset = offset;
    }

    /// <summary>Fits the curve.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="outcomes">What came of each.</param>
    public static LogisticCurve Fit(IReadOnlyList<double> scores, IReadOnlyList<bool> outcomes)
    {
        var (slope, offset) = (0.0, 0.0);
        for (var step = 0; step < Steps; step++)
        {
            var (g0, g1, h00, h01, h11) = (-Prior * offset, -Prior * slope, Prior, 0.0, Prior);
            for (var i = 0; i < scores.Count; i++)
            {
                var p = Sigmoid((slope * scores[i]) + offset);
                var (error, weight) = ((outcomes[i] ? 1 : 0) - p, p * (1 - p));
                g0 += error;
                g1 += error * scores[i];
                h00 += weight;
                h01 += weight * scores[i];
                h11 += weight * scores[i] * scores[i];
            }

            var determinant = (h00 * h11) - (h01 * h01);
            var (toOffset, toSlope) = (((h11 * g0) - (h01 * g1)) / determinant, ((h00 * g1) - (h01 * g0)) / determinant);
            offset += toOffset;
            slope += toSlope;
            if ((toOffset * toOffset) + (toSlope * toSlope) < Enough)
            {
                break;
            }
        }

        return new(slope, offset);
    }

    /// <summary>Computes how likely it is at a score: 0 to 1.</summary>
    public double At(double score) => Sigmoid((_slope * score) + _offset);

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
