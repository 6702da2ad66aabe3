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

    /// <summary>Takes a value.</summary>
    /// <param name="surprise">By how much more than expected came, -1 to 1.</param>
    /// <param name="tolerance">The change of the mean that does not matter.</param>
    /// <param name="threshold">How much surprise beyond the tolerance must come together; the higher, the fewer false alarms and the later the right ones.</param>
    /// <returns>Whether the mean has changed; then the test begins anew.</returns>
    public bool Observe(double surprise, double tolerance, double threshold)
    {
        // The cumulated sum minus its lowest value so far is the same as the sum that is never let below 0.
        _rise = Math.Max(0, _rise + surprise - tolerance);
        _fall = Math.Max(0, _fall - surprise - tolerance);
        if (_rise <= threshold && _fall <= threshold)
        {
            return false;
        }

        this = default;
        return true;
    }
}
