namespace HybridLlm;

/// <summary>Between which values the truth lies, as far as what was counted can tell, with a confidence of 95 %.</summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public readonly record struct ConfidenceInterval(double Low, double High)
{
    /// <summary>Tells whether a value lies in the interval.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Whether it does; the ends belong to the interval.</returns>
    public bool Contains(double value) => value >= Low && value <= High;
}
