using System.Collections.Frozen;

namespace HybridLlm;

/// <summary>What is configured, reported or assumed of a model. Immutable.</summary>
public sealed record ModelProfile
{
    /// <summary>Gets the name under which the application and the statistics know the model: its key under <c>HybridLlm:Models</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the name of the provider that serves it.</summary>
    public required string Provider { get; init; }

    /// <summary>Gets the provider's own id of the model.</summary>
    public required string ModelId { get; init; }

    /// <summary>Gets further names of the model.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Gets words that rules can aim at, such as <c>local</c> or <c>strong</c>.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Gets where the catalog knows the model from.</summary>
    public ModelOrigin Origin { get; init; }

    /// <summary>Gets the family, such as <c>llama</c> or <c>qwen</c>; <see langword="null"/> when it is not known.</summary>
    public string? Family { get; init; }

    /// <summary>Gets the number of parameters; <see langword="null"/> when it is not known.</summary>
    public long? ParameterCount { get; init; }

    /// <summary>Gets the quantization, such as <c>Q4_K_M</c>; <see langword="null"/> when it is not known.</summary>
    public string? Quantization { get; init; }

    /// <summary>Gets the licence; <see langword="null"/> when it is not known.</summary>
    public string? License { get; init; }

    /// <summary>Gets what changes when the weights change, such as a digest; <see langword="null"/> when it is not known.</summary>
    public string? Version { get; init; }

    /// <summary>Gets how many tokens of prompt and answer together fit a request; <see langword="null"/> when it is not known.</summary>
    public int? ContextLength { get; init; }

    /// <summary>Gets the features of the model.</summary>
    public LlmFeatures Features { get; init; }

    /// <summary>Gets the memory that the model takes, in megabytes; <see langword="null"/> when it is not known.</summary>
    public int? MemoryMB { get; init; }

    /// <summary>Gets the assumed quality of its answers, 0 to 1: the prior before anything is measured.</summary>
    public double Quality { get; init; } = 0.5;

    /// <summary>Gets the assumed speed, 0 to 1 (1 is the fastest): the prior before anything is measured.</summary>
    public double Speed { get; init; } = 0.5;

    /// <summary>Gets the price of a million tokens of prompts; 0 when it costs nothing or nobody said.</summary>
    public double InputPrice { get; init; }

    /// <summary>Gets the price of a million tokens of answers; 0 when it costs nothing or nobody said.</summary>
    public double OutputPrice { get; init; }

    /// <summary>Gets the sampling parameters that apply to every task.</summary>
    public GenerationParameters Parameters { get; init; } = GenerationParameters.None;

    /// <summary>Gets how many requests the model may work on at once; <see langword="null"/> for the provider's limit.</summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>Gets a value indicating whether what it is asked stays on this machine or network.</summary>
    public bool IsLocal { get; init; }

    /// <summary>Gets the names of the models to try next when this one fails, in order.</summary>
    public IReadOnlyList<string> Fallbacks { get; init; } = [];

    /// <summary>Gets what is configured per task type.</summary>
    public IReadOnlyDictionary<string, TaskPreset> Tasks { get; init; } = FrozenDictionary<string, TaskPreset>.Empty;

    /// <summary>Returns the name.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => Name;
}
