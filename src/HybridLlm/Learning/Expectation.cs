namespace HybridLlm.Learning;

/// <summary>What is expected of the share of successes: a Beta distribution.</summary>
/// <param name="Mean">Its mean, 0 to 1.</param>
/// <param name="Mass">How sure it is, in calls; above 0.</param>
internal readonly record struct Expectation(double Mean, double Mass)
{
    // A Beta distribution needs some weight on both sides, and no history proves that a model always or never succeeds.
    private const double Least = 0.01;

    /// <summary>Gets the standard deviation.</summary>
    public double Deviation => Math.Sqrt(Mean * (1 - Mean) / (Mass + 1));

    /// <summary>Takes the mean as the prior of a narrower cell, and adds what was seen there.</summary>
    /// <param name="seen">What was seen.</param>
    /// <param name="priorMass">The weight of the mean, in calls; above 0.</param>
    public Expectation Narrow(Counts seen, double priorMass) =>
        new(((Mean * priorMass) + seen.Successes) / (priorMass + seen.Calls), priorMass + seen.Calls);

    /// <summary>Draws what the share might be.</summary>
    /// <param name="randomness">Where the numbers come from.</param>
    /// <param name="caution">By how many times more calls than there were the draw is surer; above 0.</param>
    public double Draw(ref Randomness randomness, double caution = 1)
    {
        var mean = Math.Clamp(Mean, Least, 1 - Least);
        return randomness.NextBeta(mean * Mass * caution, (1 - mean) * Mass * caution);
    }
}
