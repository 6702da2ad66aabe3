namespace HybridLlm;

/// <summary>How much each part counts in a route's score. Only their relation matters; they need not add up to 1.</summary>
public sealed class ScoreWeights
{
    /// <summary>Gets or sets the weight of the expected quality (configured, then rated), 0 or more.</summary>
    public double Quality { get; set; }

    /// <summary>Gets or sets the weight of the expected success rate, 0 or more.</summary>
    public double Success { get; set; }

    /// <summary>Gets or sets the weight of the expected speed of the whole answer, 0 or more.</summary>
    public double Speed { get; set; }

    /// <summary>Gets or sets the weight of the expected tokens per second, 0 or more.</summary>
    public double TokensPerSecond { get; set; }

    /// <summary>Gets or sets the weight of the price of the answer, 0 or more; see <see cref="ModelOptions.InputPrice"/>.</summary>
    public double Cost { get; set; }

    /// <summary>Gets or sets the weight of the memory that the model takes, 0 or more; see <see cref="ModelOptions.MemoryMB"/>.</summary>
    public double Memory { get; set; }
}
