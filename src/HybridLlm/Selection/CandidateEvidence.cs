using HybridLlm.Metrics;

namespace HybridLlm.Selection;

/// <summary>Reads what was measured of the candidates, and drops those that failed too often.</summary>
internal static class CandidateEvidence
{
    /// <summary>Reads the measurements of the candidates that the filters left.</summary>
    /// <param name="candidates">The candidates.</param>
    /// <param name="context">The request and everything known that bears on it.</param>
    /// <param name="floor">The accuracy below which a model is dropped; 0 to drop none.</param>
    /// <param name="belowFloor">Why such a model is dropped, in words.</param>
    public static void Read(Span<Candidate> candidates, SelectionContext context, double floor, string belowFloor)
    {
        var enough = context.Routing.MinimumEvidence;
        var source = context.Performance as IMeasurementSource;
        for (var i = 0; i < candidates.Length; i++)
        {
            ref var candidate = ref candidates[i];
            if (candidate.IsRejected)
            {
                continue;
            }

            Read(ref candidate, context, source, enough);
            if (candidate.SuccessRate < floor && candidate.Evidence >= enough)
            {
                candidate.IsRejected = true;
                candidate.Rejection = RejectionReason.AccuracyBelowFloor;
                candidate.Words = belowFloor;
            }
        }
    }

    private static void Read(ref Candidate candidate, SelectionContext context, IMeasurementSource? source, double enough)
    {
        var name = candidate.Entry.Model.Name;
        var taskType = context.Profile.TaskType;
        var measured = source?.Measure(name, taskType) ?? Measurement.Of(context.Performance.GetPerformance(name, taskType));
        var rating = measured.Rating;

        // A complexity that nobody told is no reason to look at one part; and a part cannot hold more than the whole.
        if (measured.Evidence >= enough && context.Profile.ComplexityConfidence > 0)
        {
            var complexity = context.Profile.Complexity;
            var cell = source?.Measure(name, taskType, complexity) ?? Measurement.Of(context.Performance.GetPerformance(name, taskType, complexity));
            if (cell.Evidence >= enough)
            {
                rating = double.IsNaN(cell.Rating) ? rating : cell.Rating;
                measured = cell;
            }
        }

        candidate.Rating = rating;
        candidate.Evidence = measured.Evidence;
        candidate.SuccessRate = measured.SuccessRate;
        candidate.Successes = measured.Evidence * measured.SuccessRate;
        candidate.Speed = measured.LatencyMs > 0 ? 1 / measured.LatencyMs : 0;
        candidate.Throughput = measured.TokensPerSecond;
    }
}
