namespace HybridLlm.Testing;

/// <summary>When a fault is applied.</summary>
/// <param name="fault">The fault.</param>
public sealed class FaultRule(Fault fault)
{
    private int _matched;
    private int _hits;

    /// <summary>Gets the fault.</summary>
    public Fault Fault { get; } = fault ?? throw new ArgumentNullException(nameof(fault));

    /// <summary>Gets which kind of requests the fault is for; <see cref="FaultTarget.Generation"/> by default.</summary>
    public FaultTarget Target { get; init; } = FaultTarget.Generation;

    /// <summary>Gets a condition on the request; <see langword="null"/>, the default, for none.</summary>
    public Func<RecordedRequest, bool>? When { get; init; }

    /// <summary>Gets how many requests get the fault before the rule is used up; <see langword="null"/>, the default, for no limit.</summary>
    public int? Times { get; init; }

    /// <summary>Gets every how many of the requests that match gets the fault; 1, the default, for each of them.</summary>
    public int EveryNth { get; init; } = 1;

    /// <summary>Gets how many requests, or connections, got the fault.</summary>
    public int Hits => Volatile.Read(ref _hits);

    /// <summary>Gets a value indicating whether the rule has applied its fault as often as it may.</summary>
    public bool IsUsedUp => Hits >= Times;

    /// <summary>Decides about a request that is of the target and meets the condition, and counts it. Called under the plan's lock.</summary>
    internal bool Take()
    {
        if (IsUsedUp || ++_matched % Math.Max(1, EveryNth) != 0)
        {
            return false;
        }

        _hits++;
        return true;
    }
}
