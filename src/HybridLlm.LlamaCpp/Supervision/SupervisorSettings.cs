namespace HybridLlm.LlamaCpp.Supervision;

/// <summary>How patient a supervisor is.</summary>
internal sealed record SupervisorSettings
{
    /// <summary>Gets how long a server may take until it answers.</summary>
    public TimeSpan LoadBudget { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets how long a server that was asked to end may take. It ends at once unless requests that are not streamed run.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets how long the system may take to end a killed process. Only one stuck in a driver takes longer.</summary>
    public TimeSpan KillGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets the wait before the first restart; it doubles from failure to failure.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Gets the longest wait before a restart.</summary>
    public TimeSpan LongestBackoff { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets how long a server must have answered for earlier failures to be forgotten.</summary>
    public TimeSpan StableAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets the wait before the second look at a starting server; it doubles from look to look.</summary>
    public TimeSpan FirstProbeDelay { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Gets the longest wait between two looks at a starting server.</summary>
    public TimeSpan LongestProbeDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Gets after how many failures in a row they are logged as errors.</summary>
    public int FailuresBeforeError { get; init; } = 3;
}
