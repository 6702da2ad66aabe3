using HybridLlm.Metrics;

namespace HybridLlm.Selection;

/// <summary>Predicts how long an answer takes from its beginning: the time to the first token, and for each expected token the time that one takes.</summary>
internal static class PredictedDuration
{
    /// <summary>How long an answer of a model takes whose assumed speed is 1, while nothing is measured that would say so, in milliseconds.</summary>
    public const double OfAssumedSpeed = 2000;

    /// <summary>Predicts the duration, in milliseconds; 0 when nothing is measured.</summary>
    /// <param name="measured">What was measured of the model at the task.</param>
    /// <param name="limit">The most tokens that the answer may have; <see langword="null"/> for no limit.</param>
    /// <remarks>
    /// Where tokens or their pace were never told, it is the mean duration of earlier answers. Where only whole answers were seen, the time that their tokens
    /// do not explain counts as the time to the first one.
    /// </remarks>
    public static double Of(in Measurement measured, int? limit)
    {
        if (!(measured.LatencyMs > 0 && measured.TokensPerSecond > 0 && measured.OutputTokens > 0))
        {
            return measured.LatencyMs;
        }

        var perToken = 1000 / measured.TokensPerSecond;
        var first = measured.TimeToFirstTokenMs > 0 ? measured.TimeToFirstTokenMs : Math.Max(0, measured.LatencyMs - (measured.OutputTokens * perToken));
        var tokens = limit < measured.OutputTokens ? limit.Value : measured.OutputTokens;
        return first + (tokens * perToken);
    }
}
