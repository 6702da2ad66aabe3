namespace HybridLlm.LlamaCpp;

/// <summary>One of the places in which a llama-server works on a request.</summary>
/// <param name="Id">The slot's number.</param>
/// <param name="ContextLength">How many tokens fit it.</param>
/// <param name="IsProcessing">Whether it works on a request now.</param>
public sealed record LlamaCppSlot(int Id, int ContextLength, bool IsProcessing);
