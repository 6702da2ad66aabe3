namespace HybridLlm.Metrics.Sums;

/// <summary>How many attempts there were of a cell.</summary>
internal sealed class CellCount
{
    /// <summary>How many succeeded, failed or were escalated.</summary>
    public long Attempts { get; set; }

    public long Successes { get; set; }

    /// <summary>How well they went together: a success counts 1, an escalated attempt as far as the stronger model said the same.</summary>
    public double Score { get; set; }

    /// <summary>When the last outcome ended, in ticks of UTC.</summary>
    public long LastTicks { get; set; }

    public void Add(CallOutcome outcome)
    {
        if (outcome.Status == OutcomeStatus.Rated)
        {
            return;
        }

        Attempts += outcome.Status is OutcomeStatus.Succeeded or OutcomeStatus.Failed or OutcomeStatus.Escalated ? 1 : 0;
        Successes += outcome.Status == OutcomeStatus.Succeeded ? 1 : 0;
        Score += TaskCell.ScoreOf(outcome) ?? 0;
        LastTicks = Math.Max(LastTicks, outcome.Timestamp.UtcTicks);
    }
}
