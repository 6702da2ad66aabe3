namespace HybridLlm.Testing;

/// <summary>A model that a simulator of Ollama or LM Studio has on its disk.</summary>
/// <param name="Name">The name, such as <c>llama3.2:3b</c> at Ollama or <c>qwen/qwen3-4b</c> at LM Studio.</param>
public sealed record SimulatedModel(string Name)
{
    /// <summary>Gets the architecture; <c>llama</c> by default.</summary>
    public string Family { get; init; } = "llama";

    /// <summary>Gets the number of parameters as the backend words it; <c>3.2B</c> by default.</summary>
    public string ParameterSize { get; init; } = "3.2B";

    /// <summary>Gets the quantization; <c>Q4_K_M</c> by default.</summary>
    public string Quantization { get; init; } = "Q4_K_M";

    /// <summary>Gets the size of the weights in bytes; two billion by default.</summary>
    public long SizeBytes { get; init; } = 2_000_000_000;

    /// <summary>Gets the longest context that the model was trained for, in tokens; 32768 by default.</summary>
    public int MaxContextLength { get; init; } = 32_768;

    /// <summary>Gets a value indicating whether the model makes embeddings, and only them.</summary>
    public bool IsEmbedding { get; init; }

    /// <summary>Gets a value indicating whether the model calls tools; true by default.</summary>
    public bool SupportsTools { get; init; } = true;

    /// <summary>Gets a value indicating whether the model can think before it answers.</summary>
    public bool SupportsThinking { get; init; }

    /// <summary>Gets a value indicating whether the model sees images.</summary>
    public bool SupportsVision { get; init; }

    /// <summary>
    /// Gets a value indicating whether Ollama runs the model with a template in its own language, rather than with the Jinja template
    /// of the weights, which is the default: tool calls come in other lines, and a prompt that is too long is cut instead of refused.
    /// </summary>
    public bool UsesGoTemplate { get; init; }

    /// <summary>Gets how long the model takes to load; <see langword="null"/>, the default, for what the simulator's options say.</summary>
    public TimeSpan? LoadTime { get; init; }

    /// <summary>Gets why the model cannot be loaded, as the backend words it; <see langword="null"/>, the default, when it can.</summary>
    public string? LoadError { get; init; }

    /// <summary>Gets a value indicating whether the model is loaded when the simulator starts.</summary>
    public bool IsLoaded { get; init; }
}
