namespace HybridLlm;

/// <summary>Features of models and backends; a request may require some of them.</summary>
[Flags]
public enum LlmFeatures
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Answers can be streamed.</summary>
    Streaming = 1,

    /// <summary>The model calls tools.</summary>
    Tools = 2,

    /// <summary>Answers can be held to a JSON schema.</summary>
    JsonSchema = 4,

    /// <summary>The model reads images.</summary>
    Vision = 8,

    /// <summary>Token probabilities are reported.</summary>
    Logprobs = 16,

    /// <summary>The model makes embeddings.</summary>
    Embeddings = 32,

    /// <summary>The model thinks before it answers and reports its thoughts apart from the answer.</summary>
    Reasoning = 64,
}
