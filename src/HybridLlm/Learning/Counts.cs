namespace HybridLlm.Learning;

/// <summary>What was seen: calls, and how many of them succeeded. Both fade and are therefore not whole.</summary>
/// <param name="Calls">The weight of the calls, 0 or more.</param>
/// <param name="Successes">The weight of the successes among them, 0 to <paramref name="Calls"/>.</param>
internal readonly record struct Counts(double Calls, double Successes)
{
    /// <summary>Gets what is left without a part.</summary>
    /// <remarks>Whole and part are read one after the other while others write, so that the part may be the larger one for a moment.</remarks>
    public Counts Without(Counts part)
    {
        var calls = Math.Max(0, Calls - part.Calls);
        return new(calls, Math.Clamp(Successes - part.Successes, 0, calls));
    }

    /// <summary>Gets as many calls with a share of successes that is higher by a difference, as far as it can be.</summary>
    public Counts Moved(double by) => this with { Successes = Math.Clamp(Successes + (by * Calls), 0, Calls) };

    /// <summary>Gets the same share of successes with no more than some calls behind it.</summary>
    public Counts AtMost(double calls) => Calls > calls ? new(calls, Successes * (calls / Calls)) : this;
}
