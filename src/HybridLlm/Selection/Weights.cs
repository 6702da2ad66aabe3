using System.Globalization;

namespace HybridLlm.Selection;

/// <summary>The shares that the parts have in a score; together 1.</summary>
/// <param name="Quality">The share of the expected quality.</param>
/// <param name="Success">The share of the expected success rate.</param>
/// <param name="Speed">The share of the expected speed of the whole answer.</param>
/// <param name="Throughput">The share of the expected tokens per second.</param>
/// <param name="Cost">The share of the price of the answer.</param>
/// <param name="Memory">The share of the memory that the model takes.</param>
internal readonly record struct Weights(double Quality, double Success, double Speed, double Throughput, double Cost = 0, double Memory = 0)
{
    /// <summary>Only quality counts.</summary>
    public static Weights BestQuality { get; } = new(1, 0, 0, 0);

    /// <summary>Only speed counts.</summary>
    public static Weights Fastest { get; } = new(0, 0, 1, 0);

    /// <summary>Turns configured weights into shares.</summary>
    /// <param name="options">The weights.</param>
    /// <returns>The shares; <see langword="null"/> when no weight is above 0, so that nothing is said.</returns>
    public static Weights? From(ScoreWeights options)
    {
        var weights = new Weights(options.Quality, options.Success, options.Speed, options.TokensPerSecond, options.Cost, options.Memory);
        return weights.Sum > 0 ? weights.ToShares() : null;
    }

    /// <summary>Shifts the weights for a complexity: a complex request asks for quality at the cost of speed, a simple one the reverse.</summary>
    public Weights For(ComplexityLevel complexity) => complexity switch
    {
        ComplexityLevel.Complex => new Weights(Quality * 2, Success, Speed / 2, Throughput / 2, Cost, Memory).ToShares(),
        ComplexityLevel.Simple => new Weights(Quality / 2, Success, Speed * 1.5, Throughput * 1.5, Cost, Memory).ToShares(),
        _ => this,
    };

    /// <summary>Goes from these weights towards others.</summary>
    /// <param name="other">The other weights.</param>
    /// <param name="share">How far, from 0 (these) to 1 (the other).</param>
    public Weights Towards(in Weights other, double share) => new(
        Quality + ((other.Quality - Quality) * share),
        Success + ((other.Success - Success) * share),
        Speed + ((other.Speed - Speed) * share),
        Throughput + ((other.Throughput - Throughput) * share),
        Cost + ((other.Cost - Cost) * share),
        Memory + ((other.Memory - Memory) * share));

    /// <summary>Returns the weights above 0 in words.</summary>
    public override string ToString()
    {
        (string Name, double Value)[] all =
        [
            ("quality", Quality), ("success", Success), ("speed", Speed), ("tokens per second", Throughput), ("cost", Cost), ("memory", Memory),
        ];
        return string.Join(", ", all.Where(w => w.Value > 0).Select(w => string.Create(CultureInfo.InvariantCulture, $"{w.Name} {w.Value:0.00}")));
    }

    private double Sum => Quality + Success + Speed + Throughput + Cost + Memory;

    private Weights ToShares() => new(Quality / Sum, Success / Sum, Speed / Sum, Throughput / Sum, Cost / Sum, Memory / Sum);
}
