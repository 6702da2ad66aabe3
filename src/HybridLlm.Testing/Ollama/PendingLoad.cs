namespace HybridLlm.Testing.Ollama;

/// <summary>A request that waits for its model.</summary>
internal sealed record PendingLoad(SimulatedModel Model, string Digest, LoadOptions Wanted, TimeSpan? KeepAlive, CancellationToken Gone)
{
    public TaskCompletionSource<RunnerLease> Lease { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
