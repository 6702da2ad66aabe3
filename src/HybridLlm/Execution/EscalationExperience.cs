using System.Collections.Concurrent;
using HybridLlm.Confidence;
using Microsoft.Extensions.Logging;

namespace HybridLlm.Execution;

/// <summary>
/// What judged answers came to: it corrects confidences, tells how many answers of a model are kept, and moves the thresholds. All of it is learned from outcomes alone,
/// so a journal that is replayed brings it back.
/// </summary>
internal sealed class EscalationExperience(ConfidenceCalibration calibration, ILogger logger)
{
    /// <summary>From here on two answers say the same, and up to there they contradict each other.</summary>
    public const double Agreement = 0.9;
    public const double Contradiction = 0.7;

    /// <summary>How many models at tasks, and how many tasks, are remembered.</summary>
    private const int MostEntries = 512;

    /// <summary>What another model's word counts against a user's.</summary>
    private const double WeightOfVerdict = 0.5;

    private readonly ConcurrentDictionary<(string Model, string Task), KeptShare> _kept = new();
    private readonly EscalationVerdicts _verdicts = new();
    private readonly ConcurrentDictionary<string, ThresholdTuning> _tunings = new(StringComparer.Ordinal);

    /// <summary>Learns from an outcome. One whose answer was not judged teaches nothing.</summary>
    public void Learn(CallOutcome outcome)
    {
        if (outcome.Confidence is not { } confidence)
        {
            return;
        }

        switch (outcome.Status)
        {
            case OutcomeStatus.Succeeded when outcome.Attempt == 1:
                KeptOf(outcome.Model, outcome.TaskType)?.Add(isKept: true);
                break;
            case OutcomeStatus.Escalated:
                KeptOf(outcome.Model, outcome.TaskType)?.Add(isKept: false);
                LearnVerdict(outcome, confidence);
                break;
            case OutcomeStatus.Rated when outcome.Rating is { } rating:
                calibration.Learn(outcome.Model, outcome.TaskType, new(Logit.Of(confidence), rating, 1, outcome.RequestId));
                LearnFromRatingOfStronger(outcome, rating);
                Tune(outcome.TaskType, tuning => outcome.Attempt == 1 ? tuning.KeptWasRated(rating) : tuning.EscalatedWasRated(rating));
                break;
        }
    }

    /// <summary>Takes notice that an answer which was kept did not do: its prompt came again.</summary>
    public void Repeated(string taskType) => Tune(taskType, static tuning => tuning.PromptCameAgain());

    /// <summary>Takes notice that an answer did not pass its check.</summary>
    public void FailedCheck(string taskType) => Tune(taskType, static tuning => tuning.CheckFailed());

    /// <summary>Gets which share of a model's first answers at a task is kept, 0 to 1.</summary>
    public double ShareKept(string model, string taskType) => _kept.TryGetValue((model, taskType), out var share) ? share.Value : KeptShare.Prior;

    /// <summary>Takes notice that a model was passed over because its answers are seldom kept. What is known of it fades, so that it gets another chance.</summary>
    public void PassedOver(string model, string taskType)
    {
        if (_kept.TryGetValue((model, taskType), out var share))
        {
            share.Fade();
        }
    }

    /// <summary>Gets what experience says of the threshold of a task; <see langword="null"/> when it says nothing.</summary>
    public ThresholdTuning? TuningOf(string taskType) => _tunings.GetValueOrDefault(taskType);

    private void LearnVerdict(CallOutcome outcome, double confidence)
    {
        if (outcome.Rating is not (>= Agreement or < Contradiction))
        {
            return;
        }

        var agrees = outcome.Rating >= Agreement;
        calibration.Learn(outcome.Model, outcome.TaskType, new(Logit.Of(confidence), agrees ? 1 : 0, WeightOfVerdict, outcome.RequestId));
        _verdicts.Add(outcome.RequestId, new(outcome.Model, outcome.TaskType, Logit.Of(confidence), agrees));
        if (agrees)
        {
            Tune(outcome.TaskType, static tuning => tuning.StrongerSaidTheSame());
        }
    }

    /// <summary>
    /// A user who rates the stronger model's answer rates with it the one that was given up for it: what says the same is as good, and what contradicts a good answer is bad.
    /// Of what contradicts a bad one nothing is known.
    /// </summary>
    private void LearnFromRatingOfStronger(CallOutcome rated, double rating)
    {
        if (_verdicts.Find(rated.RequestId) is { } verdict && verdict.Model != rated.Model && (verdict.Agrees || rating >= ThresholdTuning.GoodRating))
        {
            calibration.Learn(verdict.Model, verdict.Task, new(verdict.Logit, verdict.Agrees ? rating : 0, 1, rated.RequestId));
        }
    }

    private KeptShare? KeptOf(string model, string taskType) =>
        _kept.TryGetValue((model, taskType), out var known) ? known : _kept.Count < MostEntries ? _kept.GetOrAdd((model, taskType), static _ => new()) : null;

    private void Tune(string taskType, Func<ThresholdTuning, string?> change)
    {
        var tuning = _tunings.TryGetValue(taskType, out var known) ? known
            : _tunings.Count < MostEntries ? _tunings.GetOrAdd(taskType, static _ => new())
            : null;
        if (tuning is not null && change(tuning) is { } words)
        {
            ExecutionLog.ThresholdMoved(logger, taskType, words);
        }
    }
}
