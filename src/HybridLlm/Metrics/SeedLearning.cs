namespace HybridLlm.Metrics;

/// <summary>Learns from outcomes that an application hands over at once, of which some may be known already. One call at a time.</summary>
/// <param name="tracker">Learns, and saves.</param>
/// <param name="journal">What is saved; <see langword="null"/> when nothing is.</param>
/// <param name="routing">Gives the current policy. Must not throw.</param>
internal sealed class SeedLearning(RecordingPerformanceTracker tracker, OutcomeJournal? journal, Func<RoutingOptions> routing)
{
    private readonly HashSet<Guid> _seeded = [];

    /// <summary>Learns from outcomes that are not known yet, and saves them.</summary>
    /// <param name="outcomes">The outcomes.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="IOException">What was saved earlier cannot be read.</exception>
    public async Task<SeedReport> LearnNewAsync(IReadOnlyCollection<SeedOutcome> outcomes, CancellationToken cancellationToken)
    {
        var kept = journal is null
            ? []
            : await journal.FindKnownAsync(outcomes.Select(static seed => seed.Outcome.Id).ToHashSet(), cancellationToken).ConfigureAwait(false);
        var learned = 0;
        foreach (var (outcome, prompt) in outcomes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_seeded.Add(outcome.Id))
            {
                continue;
            }

            // What an earlier run kept of it was the outcome, not what the prompt taught.
            Teach(outcome, prompt);
            if (kept.Contains(outcome.Id))
            {
                continue;
            }

            tracker.Record(outcome);
            if (++learned % OutcomeJournal.BatchSize == 0)
            {
                // The queue is bounded, and what does not fit would be lost to the next run.
                await tracker.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        await tracker.FlushAsync(cancellationToken).ConfigureAwait(false);
        return new(learned, outcomes.Count - learned);
    }

    private void Teach(CallOutcome outcome, ushort[]? prompt)
    {
        var policy = routing();
        if (prompt is not null && policy.Learning.PerPrompt.Enabled && PromptLessons.Of(tracker, outcome, outcome.Complexity, requestId: null, policy) is { } lesson)
        {
            tracker.Prompts.Learn(lesson, prompt, policy.Learning.PerPrompt.MaxModels);
        }
    }
}
