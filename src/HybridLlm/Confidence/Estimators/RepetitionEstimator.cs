using System.Globalization;
using Microsoft.Extensions.AI;

namespace HybridLlm.Confidence.Estimators;

/// <summary>Sees when a model is caught in a loop: small ones often are, and go on until they are cut off.</summary>
internal sealed class RepetitionEstimator : IConfidenceEstimator
{
    private const int ShownOfRound = 30;

    /// <inheritdoc/>
    public string Name => "repetition";

    /// <inheritdoc/>
    public bool ReadsBeginnings => true;

    /// <inheritdoc/>
    public ValueTask<ConfidenceSignal?> EstimateAsync(ConfidenceContext context, CancellationToken cancellationToken = default)
    {
        var text = context.Text;
        var isAtLimit = context.Response.FinishReason == ChatFinishReason.Length;
        var loop = PeriodicTail.Find(text, isCut: context.IsBeginning || isAtLimit, takesSigns: isAtLimit && !context.IsBeginning);
        if (loop.Period == 0)
        {
            return default;
        }

        var round = text.AsSpan().TrimEnd();
        round = round[^Math.Min(round.Length, loop.Period)..].Trim();
        var shown = round.Length > ShownOfRound ? $"{round[..ShownOfRound].TrimEnd()}…" : round.ToString();
        return new(new ConfidenceSignal(Name, 0.01, string.Create(
            CultureInfo.InvariantCulture, $"the last {loop.Length} characters say the same {loop.Rounds:0.#} times over ('{shown.ReplaceLineEndings(" ")}')")));
    }
}
