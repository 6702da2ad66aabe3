namespace HybridLlm.Confidence;

/// <summary>A correction of confidences: the logit of the corrected one is <c>slope × logit + shift</c> (Platt scaling).</summary>
/// <param name="Slope">How much the uncorrected logit counts; never negative, so that the order of answers stays.</param>
/// <param name="Shift">How much better or worse the answers are than they look.</param>
internal sealed record PlattFit(double Slope, double Shift)
{
    /// <summary>How far a fit may move from what it starts at, as variances of a normal prior.</summary>
    private const double SlopeVariance = 0.5;
    private const double ShiftVariance = 2;

    private const int MostSteps = 8;
    private const double LeastSlope = 0.05;
    private const double SteepestSlope = 20;
    private const double FurthestShift = 20;

    public static PlattFit Identity { get; } = new(1, 0);

    /// <summary>Finds the most probable fit to samples, starting from what is known without them.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="prior">The fit before any sample.</param>
    /// <remarks>Newton's method on the logarithm of the posterior, which has one maximum. Each step costs a pass over the samples; a few are enough.</remarks>
    public static PlattFit To(ReadOnlySpan<CalibrationSample> samples, PlattFit prior)
    {
        var (slope, shift) = prior;
        for (var step = 0; step < MostSteps; step++)
        {
            double gradientSlope = (prior.Slope - slope) / SlopeVariance, gradientShift = (prior.Shift - shift) / ShiftVariance;
            double slopeSlope = 1 / SlopeVariance, slopeShift = 0, shiftShift = 1 / ShiftVariance;
            foreach (ref readonly var sample in samples)
            {
                var p = Logit.Inverse((slope * sample.Logit) + shift);
                var residual = sample.Weight * (sample.Label - p);
                var curvature = sample.Weight * p * (1 - p);
                gradientSlope += residual * sample.Logit;
                gradientShift += residual;
                slopeSlope += curvature * sample.Logit * sample.Logit;
                slopeShift += curvature * sample.Logit;
                shiftShift += curvature;
            }

            var determinant = (slopeSlope * shiftShift) - (slopeShift * slopeShift);
            var moveSlope = ((shiftShift * gradientSlope) - (slopeShift * gradientShift)) / determinant;
            var moveShift = ((slopeSlope * gradientShift) - (slopeShift * gradientSlope)) / determinant;
            slope = Math.Clamp(slope + Math.Clamp(moveSlope, -2, 2), LeastSlope, SteepestSlope);
            shift = Math.Clamp(shift + Math.Clamp(moveShift, -4, 4), -FurthestShift, FurthestShift);
            if (Math.Abs(moveSlope) + Math.Abs(moveShift) < 1e-6)
            {
                break;
            }
        }

        return new(slope, shift);
    }

    public double Apply(double logit) => Logit.Inverse((Slope * logit) + Shift);
}
