namespace HybridLlm.Neo4j.Tests.Support;

/// <summary>The system's clock, on which whatever is waited for has twenty times as long: the limits of a host are not what a busy machine is tested for.</summary>
internal sealed class PatientClock : TimeProvider
{
    private const int Patience = 20;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime * Patience : dueTime, period);
}
