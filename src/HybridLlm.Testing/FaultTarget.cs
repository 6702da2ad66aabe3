namespace HybridLlm.Testing;

/// <summary>Which requests a fault is for.</summary>
public enum FaultTarget
{
    /// <summary>Requests that ask a model for something: chats, completions, embeddings. Lists and health stay good.</summary>
    Generation,

    /// <summary>Requests that ask the server about itself: lists, health, metrics, tokenizers.</summary>
    Information,

    /// <summary>All requests.</summary>
    Everything,
}
