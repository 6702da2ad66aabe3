namespace HybridLlm;

/// <summary>What one request of a batch came to: either a response or an exception.</summary>
/// <param name="Index">The position of the request in the batch, from 0.</param>
/// <param name="Request">The request.</param>
/// <param name="Response">The answer; <see langword="null"/> when the request failed.</param>
/// <param name="Exception">Why the request failed; <see langword="null"/> when it was answered.</param>
public sealed record LlmBatchItem(int Index, LlmRequest Request, LlmResponse? Response, HybridLlmException? Exception);
