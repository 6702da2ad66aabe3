using System.Globalization;

namespace HybridLlm;

/// <summary>How good an answer is believed to be, and what that rests on.</summary>
/// <param name="Value">The probability that the answer is good, 0 to 1, as experience with the model at the task has corrected it.</param>
/// <param name="Raw">The same before that correction.</param>
/// <param name="Signals">What the estimators saw.</param>
public sealed record AnswerConfidence(double Value, double Raw, IReadOnlyList<ConfidenceSignal> Signals)
{
    /// <summary>Returns the confidence in words, such as <c>confidence 0.21 (logprobs 0.18: …; refusal 0.10: …)</c>.</summary>
    /// <returns>The words.</returns>
    public override string ToString() => Signals.Count == 0
        ? string.Create(CultureInfo.InvariantCulture, $"confidence {Value:0.00} (nothing was seen that speaks against the answer)")
        : string.Create(CultureInfo.InvariantCulture, $"confidence {Value:0.00} ({string.Join("; ", Signals)})");
}
