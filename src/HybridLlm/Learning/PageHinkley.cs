namespace HybridLlm.Learning;

/// <summary>Tells when the mean of a stream has changed, up or down: the Page-Hinkley test.</summary>
/// <remarks>
/// E. S. Page, "Continuous inspection schemes", Biometrika 41, 1954; D. V. Hinkley, "Inference about the change-point from cumulative sum tests",
/// Biometrika 58, 1971; two-sided, as in J. Gama et al., "A survey on concept drift adaptation", ACM Computing Surveys 46(4), 2014. The values are
/// differences from what was expected, so that a stream without change has the mean 0.
/// </remarks>
internal struct PageHinkley
{
    private double _rise;
    private double _fall;
    private double _rising;
    private double _falling;

    /// <summary>Takes a value.</summary>
    /// <param name="surprise">By how much more than expected came, -1 to 1.</param>
    /// <param name="tolerance">The change of the mean that does not matter.</param>
    /// <param name="threshold">How much surprise beyond the tolerance must come together; the higher, the fewer false alarms and the later the right ones.</param>
    /// <param name="weight">How much the value counts, above 0 up to 1.</param>
    /// <returns>Whether the mean has changed; then begin a new test.</returns>
    public bool Observe(double surprise, double tolerance, double threshold, double weight = 1)
    {
        // The cumulated sum minus its lowest value so far is the same as the sum that is never let below 0.
        _rise = Math.Max(0, _rise + (weight * (surprise - tolerance)));
        _fall = Math.Max(0, _fall - (weight * (surprise + tolerance)));
        _rising = _rise > 0 ? _rising + weight : 0;
        _falling = _fall > 0 ? _falling + weight : 0;
        return _rise > threshold || _fall > threshold;
    }

    /// <summary>Gets by how much the mean has changed at the least: the mean of the values since their sum was last at its lowest, or highest, less the tolerance.</summary>
    /// <remarks>The test gives its alarm when values happen to be extreme, so that without the tolerance they would tell too large a change.</remarks>
    public readonly double Change => _rise > _fall ? _rise / _rising : _fall > 0 ? -(_fall / _falling) : 0;

    /// <summary>Gets how much surprise beyond the tolerance has come together in the direction of a change.</summary>
    public readonly double SumTowards(double change) => change > 0 ? _rise : _fall;
}
