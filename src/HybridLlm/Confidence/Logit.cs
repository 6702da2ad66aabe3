namespace HybridLlm.Confidence;

/// <summary>Probabilities as logarithms of odds, in which independent signs add up.</summary>
internal static class Logit
{
    /// <summary>No sign is certain.</summary>
    private const double Least = 0.005;

    public static double Of(double probability) => double.IsNaN(probability) ? 0 : Exact(Math.Clamp(probability, Least, 1 - Least));

    public static double Inverse(double logit) => 1 / (1 + Math.Exp(-logit));

    private static double Exact(double probability) => Math.Log(probability / (1 - probability));
}
