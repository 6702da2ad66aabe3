using Microsoft.Extensions.Logging;

namespace HybridLlm.Execution;

/// <summary>Makes known what attempts came to, once each: to the trace, the tracker, the route's memory and the log.</summary>
internal sealed class OutcomeRecorder(
    IPerformanceTracker tracker,
    RecentResponses recent,
    EscalationExperience experience,
    PromptQueue? prompts,
    RouteProber prober,
    TimeProvider time,
    ILogger logger)
{
    /// <summary>Fewer tokens than this often come in one piece, however slowly they were made.</summary>
    private const int FewestTokens = 8;

    public TimeProvider Time => time;

    public HedgeBudget Hedges { get; } = new();

    public void Answered(Attempt attempt)
    {
        SeeFirstContent(attempt);
        attempt.Runtime.Idleness.SeeUse();
        attempt.Runtime.State = ModelState.Resident;
        if (attempt.Runtime.EndRest())
        {
            ExecutionLog.RouteBack(logger, attempt.Model.Name, attempt.Model.Provider);
        }

        var record = Describe(attempt, OutcomeStatus.Succeeded, null, null, null);
        Note(attempt, record);
        recent.Remember(
            attempt.Run.Trace.ResponseId,
            new(attempt.Model, attempt.Run.Trace.Plan.Profile.TaskType, attempt.Run.Trace.Plan.Profile.Complexity, attempt.Number, attempt.Confidence?.Raw)
            {
                Experiment = attempt.CountsFor,
            });
        Record(attempt, Measure(attempt, record));
    }

    public void Failed(Attempt attempt, ProviderException failure, CooldownOptions cooldown)
    {
        var model = attempt.Model;
        var record = Describe(attempt, OutcomeStatus.Failed, failure.Kind, failure.Message, failure);
        Note(attempt, record);
        ExecutionLog.AttemptFailed(logger, model.Name, model.Provider, record.Number, failure.Kind, AttemptErrors.WordsOf(attempt, failure));
        ExecutionLog.AttemptFailedWith(logger, model.Name, model.Provider, record.Number, failure.Message);
        if (!attempt.WasCalled)
        {
            // The backend was never asked, so there is nothing to learn about it.
            return;
        }

        Record(attempt, Measure(attempt, record));
        if (ErrorPolicy.Of(failure.Kind).CountsAgainstRoute && attempt.Runtime.BeginRest(failure, cooldown) is { } rest)
        {
            ExecutionLog.RouteRests(logger, model.Name, model.Provider, rest.Until, failure.Kind);
            if (rest.NeedsProbe)
            {
                prober.Schedule(attempt.Runtime);
            }
        }
    }

    /// <summary>Records an answer that a stronger model's was preferred to.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="agreement">How far both say the same, 0 to 1; <see langword="null"/> when that says nothing about the answer.</param>
    /// <param name="words">Why it was escalated.</param>
    public void Escalated(Attempt attempt, double? agreement, string words)
    {
        SeeFirstContent(attempt);
        var record = Describe(attempt, OutcomeStatus.Escalated, null, words, null);
        Note(attempt, record);
        ExecutionLog.Escalated(logger, attempt.Model.Name, attempt.Confidence?.Value ?? 0, words);
        Record(attempt, Measure(attempt, record) with { Rating = agreement });
    }

    public void Cancelled(Attempt attempt, string words)
    {
        var record = Describe(attempt, OutcomeStatus.Cancelled, null, words, null);
        Note(attempt, record);
        if (attempt.WasCalled)
        {
            Record(Measure(attempt, record));
        }
    }

    /// <summary>Credits a judgement to the model that gave the answer. The same judgement again changes nothing.</summary>
    /// <returns>Whether the response is known.</returns>
    public bool TryRate(string responseId, double rating)
    {
        if (!recent.TryRate(responseId, rating, out var response))
        {
            return false;
        }

        if (response.Rating == rating)
        {
            return true;
        }

        var now = time.GetUtcNow();
        var outcome = new CallOutcome
        {
            Id = OutcomeIds.Next(now),
            Timestamp = now,
            RequestId = responseId,
            Provider = response.Model.Provider,
            Model = response.Model.Name,
            ModelVersion = response.Model.Version,
            TaskType = response.TaskType,
            Complexity = response.Complexity,
            Status = OutcomeStatus.Rated,
            Attempt = response.Attempt,
            Rating = rating,
            Confidence = response.Confidence,
            Experiment = response.Experiment?.Experiment,
            Variant = response.Experiment?.Variant,
        };
        prompts?.Rate(outcome);
        Record(outcome);
        return true;
    }

    public void Hedged(Attempt slow, Attempt hedge) =>
        ExecutionLog.Hedging(logger, slow.Model.Name, time.GetElapsedTime(slow.Started), hedge.Model.Name);

    public void Overtaken(Attempt attempt) => prober.Check(attempt.Runtime, attempt.Pace);

    public void Retrying(RoutingTrace trace, TimeSpan delay) => ExecutionLog.Retrying(logger, trace.ResponseId, delay);

    public void ClosingFailed(Attempt attempt, Exception exception) => ExecutionLog.ClosingFailed(logger, attempt.Model.Provider, exception);

    // The time that a model takes to be loaded says nothing of its usual pace.
    private void SeeFirstContent(Attempt attempt)
    {
        var elapsed = time.GetElapsedTime(attempt.Started, attempt.FirstContent);
        if (attempt.WaitedForLoad)
        {
            attempt.Runtime.LoadTime.See(elapsed, attempt.Pace.MeanFirstContent);
        }
        else
        {
            attempt.Pace.SeeFirstContent(elapsed, attempt.Run.InputTokens);
        }
    }

    private static void Note(Attempt attempt, AttemptRecord record)
    {
        attempt.Run.Trace.Add(record);
        attempt.Run.Observer?.Ended(attempt, record);
    }

    private void Record(Attempt attempt, CallOutcome outcome)
    {
        prompts?.Offer(attempt, outcome);
        Record(outcome);
    }

    private void Record(CallOutcome outcome)
    {
        tracker.Record(outcome);
        experience.Learn(outcome);
    }

    private AttemptRecord Describe(Attempt attempt, OutcomeStatus status, ProviderErrorKind? error, string? reason, Exception? exception) => new()
    {
        Number = attempt.Number,
        Provider = attempt.Model.Provider,
        Model = attempt.Model.Name,
        Status = status,
        Error = error,
        Reason = reason,
        Duration = attempt.Stream?.Duration
            ?? (attempt.Response is null ? time.GetElapsedTime(attempt.Started) : time.GetElapsedTime(attempt.Started, attempt.FirstContent)),
        TimeToFirstToken = attempt.Stream is null ? null : time.GetElapsedTime(attempt.Started, attempt.FirstContent),
        IsHedge = attempt.IsHedge,
        Confidence = attempt.Confidence,
        Exception = exception,
    };

    private CallOutcome Measure(Attempt attempt, AttemptRecord record)
    {
        var stream = attempt.Stream;
        var usage = stream is not null ? stream.Usage : attempt.Response?.Usage;
        var timings = stream is not null ? stream.Timings : AnswerContent.FindTimings(attempt.Response?.AdditionalProperties);
        var outputTokens = (int?)usage?.OutputTokenCount ?? (stream is { Pieces: > 0 } ? stream.Pieces : null);
        var now = time.GetUtcNow();
        var model = attempt.Model;
        var experiment = attempt.CountsFor;
        return new()
        {
            Id = OutcomeIds.Next(now),
            Timestamp = now,
            RequestId = attempt.Run.Trace.ResponseId,
            Provider = model.Provider,
            Model = model.Name,
            ModelVersion = model.Version,
            TaskType = attempt.Run.Trace.Plan.Profile.TaskType,
            Complexity = attempt.Run.Trace.Plan.Profile.Complexity,
            Status = record.Status,
            Error = record.Error,
            DurationMs = record.Duration.TotalMilliseconds,
            TimeToFirstTokenMs = record.TimeToFirstToken?.TotalMilliseconds,
            InputTokens = (int?)usage?.InputTokenCount,
            OutputTokens = outputTokens,
            TokensPerSecond = timings?.TokensPerSecond ?? PaceOf(record, outputTokens),
            Streamed = attempt.Run.Streamed,
            Attempt = record.Number,
            IsFallback = record.Number > 1 && StandsInForAnother(attempt),
            Confidence = attempt.Confidence?.Raw,
            Experiment = experiment?.Experiment,
            Variant = experiment?.Variant,
        };
    }

    private static bool StandsInForAnother(Attempt attempt) =>
        attempt.Run.Trace.Attempts.Any(earlier =>
            earlier.Status == OutcomeStatus.Failed && earlier.Number < attempt.Number && earlier.Model != attempt.Model.Name);

    /// <summary>Measures the pace from outside. Of a few tokens that come all at once it says nothing.</summary>
    private static double? PaceOf(AttemptRecord record, int? outputTokens)
    {
        // The first token's time is the prompt's, so a stream's pace is that of the tokens after it.
        var generated = record.TimeToFirstToken is null ? outputTokens : outputTokens - 1;
        var generating = record.Duration - (record.TimeToFirstToken ?? TimeSpan.Zero);
        return generated >= FewestTokens && generating > TimeSpan.Zero ? generated / generating.TotalSeconds : null;
    }
}
