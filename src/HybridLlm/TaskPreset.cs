namespace HybridLlm;

/// <summary>What is configured of a model for one task type.</summary>
public sealed record TaskPreset
{
    /// <summary>Gets whether the model is meant for the task; <see langword="null"/> when nothing is said. <see langword="false"/> keeps it off.</summary>
    public bool? Suitable { get; init; }

    /// <summary>Gets the assumed quality at the task, 0 to 1; <see langword="null"/> for the model's own.</summary>
    public double? Quality { get; init; }

    /// <summary>Gets the assumed speed at the task, 0 to 1; <see langword="null"/> for the model's own.</summary>
    public double? Speed { get; init; }

    /// <summary>Gets the sampling parameters for the task.</summary>
    public GenerationParameters Parameters { get; init; } = GenerationParameters.None;
}
