namespace HybridLlm;

/// <summary>What is remembered of the conversation that a request continues.</summary>
/// <param name="Model">The name of the model that gave its last answer.</param>
/// <param name="IsToolLoop">Whether the request returns what a tool said, so that the model whose call it answers is waiting for it.</param>
public readonly record struct ConversationState(string Model, bool IsToolLoop);
