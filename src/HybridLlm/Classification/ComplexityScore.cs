namespace HybridLlm.Classification;

/// <summary>The score from 0 to 10 of which the levels are bands.</summary>
internal static class ComplexityScore
{
    /// <summary>The highest score that is simple.</summary>
    public const double SimpleUpTo = 3.5;

    /// <summary>The highest score that is medium.</summary>
    public const double MediumUpTo = 6.5;

    private const double Top = 10;

    /// <summary>Gets the score in the middle of a level.</summary>
    public static double MiddleOf(ComplexityLevel level) => At(level, 0.5);

    /// <summary>Gets the score at the same place in the band of another level.</summary>
    /// <param name="score">The score.</param>
    /// <param name="from">The level in whose band it is.</param>
    /// <param name="to">The other level.</param>
    public static double Move(double score, ComplexityLevel from, ComplexityLevel to)
    {
        var (low, high) = BandOf(from);
        return At(to, (score - low) / (high - low));
    }

    /// <summary>Gets the score at a place in the band of a level, from 0 at its lower end to 1.</summary>
    public static double At(ComplexityLevel level, double place)
    {
        var (low, high) = BandOf(level);

        // The lower end of a band belongs to the band below it.
        return low + (Math.Clamp(place, 0.001, 1) * (high - low));
    }

    private static (double Low, double High) BandOf(ComplexityLevel level) => level switch
    {
        ComplexityLevel.Simple => (0, SimpleUpTo),
        ComplexityLevel.Medium => (SimpleUpTo, MediumUpTo),
        _ => (MediumUpTo, Top),
    };
}
