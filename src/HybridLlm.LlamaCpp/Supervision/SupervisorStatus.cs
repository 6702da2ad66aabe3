namespace HybridLlm.LlamaCpp.Supervision;

/// <summary>An immutable picture of a supervised server.</summary>
/// <param name="State">Where it is in its life.</param>
/// <param name="Endpoint">Its address while it runs; otherwise <see langword="null"/>.</param>
/// <param name="ProcessId">Its process while there is one.</param>
/// <param name="Failure">Why it is not running, with its last words; <see langword="null"/> when nothing failed.</param>
internal sealed record SupervisorStatus(SupervisorState State, Uri? Endpoint = null, int? ProcessId = null, string? Failure = null)
{
    private readonly TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets a task that completes when another status has taken the place of this one.</summary>
    public Task Replaced => _replaced.Task;

    /// <summary>Wakes those who wait for a change.</summary>
    public void MarkReplaced() => _replaced.TrySetResult();
}
