using System.Globalization;

namespace HybridLlm;

/// <summary>What one estimator saw in an answer.</summary>
/// <param name="Name">The estimator's name.</param>
/// <param name="Score">How good the answer looks by this sign alone, 0 to 1; 0.5 says nothing either way.</param>
/// <param name="Words">What was seen, in words, such as <c>the last 40 of 120 words repeat 'and so on'</c>.</param>
public readonly record struct ConfidenceSignal(string Name, double Score, string Words)
{
    /// <summary>Returns the signal in words.</summary>
    /// <returns>The words.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} {Score:0.00}: {Words}");
}
