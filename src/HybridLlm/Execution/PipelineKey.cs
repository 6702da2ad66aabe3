namespace HybridLlm.Execution;

/// <summary>Names a pipeline: what it is for, and of which route.</summary>
internal readonly record struct PipelineKey(string Kind, string Target)
{
    /// <summary>Retries a request whose routes have all failed.</summary>
    public static PipelineKey Request { get; } = new("hybridllm.request", "");

    /// <summary>Guards the attempts of one route: circuit breaker and timeout.</summary>
    public static PipelineKey Attempt(string target) => new("hybridllm.attempt", target);
}
