using HybridLlm.Testing.Generation;

namespace HybridLlm.Testing.Faults;

/// <summary>Changes how fast a reply comes.</summary>
internal sealed class PaceFault(TimeSpan? timeToFirstToken, TimeSpan? tokenDelay) : Fault
{
    public override string ToString() => tokenDelay is null ? nameof(LateFirstToken) : nameof(SlowTokens);

    internal override Pace ShapePace(Pace pace) => new(timeToFirstToken ?? pace.TimeToFirstToken, tokenDelay ?? pace.TokenDelay);
}
