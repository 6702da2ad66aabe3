namespace HybridLlm.Training.Learning;

/// <summary>How the model is learned. The defaults are what the shipped weights were learned with; they were chosen on authors left out.</summary>
internal sealed record Hyperparameters
{
    /// <summary>The logarithm of the rows of the first model, of which the features worth shipping are taken.</summary>
    public int SelectionBits { get; init; } = 22;

    /// <summary>How many prompts a feature must be in.</summary>
    public int LeastCount { get; init; } = 2;

    /// <summary>The groups of the shipped table: 8 rows of 26 bytes each.</summary>
    public int Groups { get; init; } = 18_432;

    /// <summary>How many models are learned over the chosen features, each in an order of its own; the mean of their weights is shipped.</summary>
    public int Members { get; init; } = 4;

    public int Epochs { get; init; } = 10;
    public float TaskRate { get; init; } = 0.12f;
    public float LevelRate { get; init; } = 0.03f;
    public float FailureRate { get; init; } = 0.012f;
    public float OriginRate { get; init; } = 0.06f;

    /// <summary>How much each block of features counts before anything is learned.</summary>
    public float[] BlockScales { get; init; } = [1, 1, 1, 2];

    /// <summary>How much a label counts of which its reader was not sure.</summary>
    public float UnsureWeight { get; init; } = 0.5f;

    /// <summary>The seed of the order of the examples.</summary>
    public int Seed { get; init; } = 1;
}
