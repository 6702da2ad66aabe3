namespace HybridLlm.Metrics;

/// <summary>What the ratings of one request have changed in one cell, so that a later rating of the request can replace them.</summary>
internal struct RatingMark
{
    /// <summary>The latest rating.</summary>
    public double Rating;

    /// <summary>The number of the rating in its cell, from 1; it tells how much the rating has decayed. 0 when there is none.</summary>
    public long Ordinal;

    /// <summary>The total of the cell at the first rating; it tells how much the request's success has decayed.</summary>
    public long TotalThen;

    /// <summary>Whether the request's success is counted as a failure now.</summary>
    public bool IsFailure;

    /// <summary>Which share of the success was taken away then; less than 1 when the cell had less.</summary>
    public double Taken;
}
