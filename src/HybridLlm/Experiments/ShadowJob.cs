namespace HybridLlm.Experiments;

/// <summary>A request that waits to be given to the candidate.</summary>
/// <param name="Target">Where it goes.</param>
/// <param name="Request">The request.</param>
/// <param name="Profile">What it is.</param>
/// <param name="RequestId">Its id.</param>
/// <param name="Answer">What its caller was answered.</param>
/// <param name="Streamed">Whether its caller asked for a stream.</param>
internal sealed record ShadowJob(ShadowTarget Target, LlmRequest Request, TaskProfile Profile, string RequestId, string Answer, bool Streamed);
