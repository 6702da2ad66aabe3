using HybridLlm.Confidence;
using HybridLlm.Execution;
using HybridLlm.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HybridLlm.Tests.Execution;

/// <summary>What escalation learns from outcomes.</summary>
public sealed class EscalationExperienceTests
{
    private readonly ConfidenceCalibration _calibration = new();
    private readonly EscalationExperience _experience;

    public EscalationExperienceTests() => _experience = new(_calibration, NullLogger.Instance);

    [Fact]
    public void Kept_answers_that_turn_out_bad_raise_the_threshold_within_bounds_and_good_ones_lower_it()
    {
        for (var i = 0; i < 3; i++)
        {
            _experience.Learn(Outcome(OutcomeStatus.Rated, rating: 0));
        }

        var raised = _experience.TuningOf("t")!.Apply(0.6);
        Assert.Equal(0.72, raised, 6);
        Assert.Contains("kept answers that were bad: 3", _experience.TuningOf("t")!.Explain(), StringComparison.Ordinal);

        for (var i = 0; i < 100; i++)
        {
            _experience.Learn(Outcome(OutcomeStatus.Rated, rating: 0));
        }

        Assert.Equal(0.6 + ThresholdTuning.Furthest, _experience.TuningOf("t")!.Apply(0.6), 6);

        for (var i = 0; i < 1_000; i++)
        {
            _experience.Learn(Outcome(OutcomeStatus.Rated, rating: 1));
        }

        Assert.Equal(0.6 - ThresholdTuning.Furthest, _experience.TuningOf("t")!.Apply(0.6), 6);
        Assert.Null(_experience.TuningOf("another"));
    }

    [Fact]
    public void Failed_checks_and_prompts_that_come_again_raise_it_and_escalations_for_nothing_lower_it()
    {
        _experience.FailedCheck("t");
        _experience.Repeated("t");
        Assert.Equal(0.63, _experience.TuningOf("t")!.Apply(0.6), 6);

        for (var i = 0; i < 4; i++)
        {
            _experience.Learn(Outcome(OutcomeStatus.Escalated, rating: 1));
        }

        Assert.Equal(0.61, _experience.TuningOf("t")!.Apply(0.6), 6);
    }

    [Fact]
    public void When_escalated_answers_are_bad_all_the_same_one_more_step_is_tried_until_it_is_not_needed()
    {
        for (var i = 0; i < 10; i++)
        {
            _experience.Learn(Outcome(OutcomeStatus.Rated, rating: 0, attempt: 2));
        }

        Assert.Equal(1, _experience.TuningOf("t")!.ExtraEscalations);

        for (var i = 0; i < 20; i++)
        {
            _experience.Learn(Outcome(OutcomeStatus.Rated, rating: 1, attempt: 2));
        }

        Assert.Equal(0, _experience.TuningOf("t")!.ExtraEscalations);
    }

    [Fact]
    public void The_verdict_of_a_stronger_model_corrects_confidences_as_a_rating_does()
    {
        for (var i = 0; i < 30; i++)
        {
            _experience.Learn(Outcome(OutcomeStatus.Escalated, rating: 0.1, confidence: 0.8));
            _experience.Learn(Outcome(OutcomeStatus.Rated, rating: 0, confidence: 0.8) with { Model = "n" });
            _experience.Learn(Outcome(OutcomeStatus.Escalated, rating: null, confidence: 0.8) with { Model = "o" });
        }

        Assert.True(_calibration.Apply("m", "t", Logit.Of(0.8)) < 0.5);
        Assert.True(_calibration.Apply("n", "t", Logit.Of(0.8)) < 0.5);
        Assert.Equal(0.8, _calibration.Apply("o", "t", Logit.Of(0.8)), 6);
    }

    [Fact]
    public void The_share_of_kept_answers_follows_what_happens()
    {
        Assert.Equal(KeptShare.Prior, _experience.ShareKept("m", "t"));
        for (var i = 0; i < 50; i++)
        {
            _experience.Learn(Outcome(OutcomeStatus.Escalated, rating: 0.1));
        }

        var low = _experience.ShareKept("m", "t");
        Assert.InRange(low, 0, 0.15);

        for (var i = 0; i < 2_000; i++)
        {
            _experience.PassedOver("m", "t");
        }

        Assert.True(_experience.ShareKept("m", "t") > 0.5);
    }

    [Fact]
    public void Outcomes_that_nobody_judged_teach_nothing()
    {
        _experience.Learn(Outcome(OutcomeStatus.Rated, rating: 0) with { Confidence = null });
        _experience.Learn(Outcome(OutcomeStatus.Failed, rating: null));

        Assert.Null(_experience.TuningOf("t"));
        Assert.Equal(KeptShare.Prior, _experience.ShareKept("m", "t"));
    }

    [Fact]
    public async Task A_prompt_that_comes_again_soon_raises_the_threshold_and_later_it_does_not()
    {
        await using var routes = Routes();
        for (var i = 0; i < 4; i++)
        {
            await routes.AskAsync();
        }

        Assert.Contains("prompts that came again: 3", (await routes.AskAsync()).Trace.ToString(), StringComparison.Ordinal);

        routes.Time.Advance(TimeSpan.FromMinutes(6));
        await routes.AskAsync();
        Assert.Contains("prompts that came again: 4", (await routes.AskAsync()).Trace.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_tuned_when_that_is_switched_off()
    {
        await using var routes = Routes(o => o.Routing.Escalation.AutoTune = false);
        for (var i = 0; i < 5; i++)
        {
            var response = await routes.AskAsync();
            await routes.Client.RecordFeedbackAsync(response.ResponseId, Feedback.Rejected, TwoRoutes.Token);
        }

        Assert.Null((await routes.AskAsync()).Trace.Escalation);
    }

    private static TwoRoutes Routes(Action<HybridLlmOptions>? configure = null) => new(options =>
    {
        options.Models["a"].Quality = 0.3;
        options.Models["b"].Quality = 0.9;
        options.Routing.Tasks["general"] = new() { Models = { "a", "b" }, Default = "a" };
        options.Routing.EscalationThreshold = 0.3;
        configure?.Invoke(options);
    });

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(1, 0, false)]
    [InlineData(0, 1, false)]
    public void A_rating_of_the_stronger_models_answer_judges_the_one_that_was_given_up_for_it(double agreement, double rating, bool isGood)
    {
        var verdictsAlone = new ConfidenceCalibration();
        var others = new EscalationExperience(verdictsAlone, NullLogger.Instance);
        for (var i = 0; i < 10; i++)
        {
            var escalated = Outcome(OutcomeStatus.Escalated, agreement);
            _experience.Learn(escalated);
            others.Learn(escalated);
            _experience.Learn(Outcome(OutcomeStatus.Rated, rating, attempt: 2) with { RequestId = escalated.RequestId, Model = "strong" });
        }

        var (rated, unrated) = (_calibration.Apply("m", "t", Logit.Of(0.7)), verdictsAlone.Apply("m", "t", Logit.Of(0.7)));
        Assert.True(isGood ? rated > unrated : rated < unrated, $"{rated} after ratings, {unrated} without");
        Assert.Equal(10, _calibration.Judgements("m", "t"));
    }

    [Fact]
    public void A_bad_rating_of_the_stronger_models_answer_says_nothing_of_one_that_contradicts_it()
    {
        var escalated = Outcome(OutcomeStatus.Escalated, rating: 0);
        _experience.Learn(escalated);
        var before = _calibration.Apply("m", "t", Logit.Of(0.7));

        _experience.Learn(Outcome(OutcomeStatus.Rated, rating: 0, attempt: 2) with { RequestId = escalated.RequestId, Model = "strong" });

        Assert.Equal(before, _calibration.Apply("m", "t", Logit.Of(0.7)));
    }

    [Fact]
    public void Of_verdicts_only_the_latest_are_remembered()
    {
        var verdicts = new EscalationVerdicts();
        for (var i = 0; i <= 1_000; i++)
        {
            verdicts.Add($"{i}", new("m", "t", i, Agrees: true));
        }

        verdicts.Add("1000", new("m", "t", 7, Agrees: false));

        Assert.Null(verdicts.Find("0"));
        Assert.Equal(1, verdicts.Find("1")!.Value.Logit);
        Assert.Equal(7, verdicts.Find("1000")!.Value.Logit);
    }

    private static CallOutcome Outcome(OutcomeStatus status, double? rating, double confidence = 0.7, int attempt = 1) => new()
    {
        Id = Guid.NewGuid(),
        Timestamp = DateTimeOffset.UnixEpoch,
        RequestId = $"{Guid.NewGuid()}",
        Provider = "p",
        Model = "m",
        TaskType = "t",
        Status = status,
        Attempt = attempt,
        Rating = rating,
        Confidence = confidence,
    };
}
