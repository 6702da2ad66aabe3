using System.Globalization;

namespace HybridLlm.Selection;

/// <summary>The shares that the parts have in a score; together 1.</summary>
/// <param name="Quality">The share of the expected quality.</param>
/// <param name="Success">The share of the expected success rate.</param>
/// <param name="Speed">The share of the expected speed of the whole answer.</param>
/// <param name="Throughput">The share of the expected tokens per second.</param>
internal readonly record struct Weights(double Quality, double Success, double Speed, double Throughput)
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
        var sum = options.Quality + options.Success + options.Speed + options.TokensPerSecond;
        return sum > 0 ? Shares(options.Quality, options.Success, options.Speed, options.TokensPerSecond) : null;
    }

    /// <summary>Shifts the weights for a complexity: a complex request asks for quality at the cost of speed, a simple one the reverse.</summary>
    public Weights For(ComplexityLevel complexity) => complexity switch
    {
        ComplexityLevel.Complex => Shares(Quality * 2, Success, Speed / 2, Throughput / 2),
        ComplexityLevel.Simple => Shares(Quality / 2, Success, Speed * 1.5, Throughput * 1.5),
        _ => this,
    };

    /// <summary>Goes from these weights towards others.</summary>
    /// <param name="other">The other weights.</param>
    /// <param name="share">How far, from 0 (these) to 1 (the other).</param>
    public Weights Towards(in Weights other, double share) => new(
        Quality + ((other.Quality - Quality) * share),
        Success + ((other.Success - Success) * share),
        Speed + ((other.Speed - Speed) * share),
        Throughput + ((other.Throughput - Throughput) * share));

    /// <summary>Returns the weights above 0 in words.</summary>
    public override string ToString()
    {
        (string Name, double Value)[] all = [("quality", Quality), ("success", Success), ("speed", Speed), ("tokens per second", Throughput)];
        return string.Join(", ", all.Where(w => w.Value > 0).Select(w => string.Create(CultureInfo.InvariantCulture, $"{w.Name} {w.Value:0.00}")));
    }

    private static Weights Shares(double quality, double success, double speed, double throughput)
    {
        var sum = quality + success + speed + throughput;
        return new(quality / sum, success / sum, speed / sum, throughput / sum);
    }
}
