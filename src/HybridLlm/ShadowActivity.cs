namespace HybridLlm;

/// <summary>What became of the requests that this process meant to mirror.</summary>
public sealed record ShadowActivity
{
    /// <summary>Gets how many the candidate answered or failed at.</summary>
    public long Mirrored { get; init; }

    /// <summary>Gets how many were dropped because too many were waiting.</summary>
    public long Dropped { get; init; }

    /// <summary>Gets how many were left out because the candidate must not see them, cannot serve them, costs money or is not there.</summary>
    public long Refused { get; init; }

    /// <summary>Gets how many made room for requests that somebody waits for.</summary>
    public long Yielded { get; init; }
}
