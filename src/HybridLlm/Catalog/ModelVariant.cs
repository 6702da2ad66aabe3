namespace HybridLlm.Catalog;

/// <summary>What a model was made for, as far as its name says.</summary>
[Flags]
internal enum ModelVariant
{
    None = 0,

    /// <summary>It follows instructions or chats.</summary>
    Instruct = 1,

    /// <summary>It writes code.</summary>
    Coder = 2,

    /// <summary>It reads images.</summary>
    Vision = 4,

    /// <summary>It makes embeddings, or ranks texts, and does not answer.</summary>
    Embedding = 8,

    /// <summary>It thinks before it answers.</summary>
    Reasoning = 16,

    /// <summary>It only continues text.</summary>
    Base = 32,
}
