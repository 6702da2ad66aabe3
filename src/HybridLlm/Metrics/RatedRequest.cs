namespace HybridLlm.Metrics;

/// <summary>What the ratings of a request have changed in its cell. Guarded by the lock of the cell.</summary>
internal sealed class RatedRequest(ComplexityLevel complexity)
{
    public RatingMark All;
    public RatingMark Level;

    public ComplexityLevel Complexity => complexity;
}
