namespace HybridLlm.Metrics.Sharing;

/// <summary>What other runs learned of a model at a task and complexity, added up.</summary>
internal sealed class OthersShare
{
    public long Total { get; private set; }

    public long Successes { get; private set; }

    public double Evidence { get; private set; }

    public double SuccessMass { get; private set; }

    public MovingAverage Latency { get; private set; }

    public MovingAverage FirstToken { get; private set; }

    public MovingAverage Pace { get; private set; }

    public MovingAverage OutputTokens { get; private set; }

    public MovingAverage Rating { get; private set; }

    public long LastUsedTicks { get; private set; }

    /// <summary>Adds what a run published.</summary>
    /// <param name="cell">What it published.</param>
    /// <param name="weight">How much of its weights counts, 0 to 1. Its counts of attempts count in full.</param>
    public void Add(LearnedCell cell, double weight)
    {
        Total += cell.Total;
        Successes += cell.Successes;
        Evidence += cell.Evidence * weight;
        SuccessMass += cell.SuccessMass * weight;
        Latency = Latency.Plus(cell.LatencySum * weight, cell.LatencyWeight * weight);
        FirstToken = FirstToken.Plus(cell.FirstTokenSum * weight, cell.FirstTokenWeight * weight);
        Pace = Pace.Plus(cell.PaceSum * weight, cell.PaceWeight * weight);
        OutputTokens = OutputTokens.Plus(cell.OutputTokenSum * weight, cell.OutputTokenWeight * weight);
        Rating = Rating.Plus(cell.RatingSum * weight, cell.RatingWeight * weight);
        LastUsedTicks = Math.Max(LastUsedTicks, cell.LastUsed?.UtcTicks ?? 0);
    }
}
