using HybridLlm.Metrics.Reports;

namespace HybridLlm.Tests.Metrics.Reports;

public sealed class RecommenderTests
{
    private static readonly PriceList NoPrices = new(_ => null);

    [Fact]
    public void A_faster_model_that_succeeds_as_often_is_recommended_in_one_line()
    {
        var recommendation = Recommend(Arm("big", 400, 396, 210), Arm("small", 84, 84, 100));

        Assert.Equal(RecommendationVerdict.Switch, recommendation.Verdict);
        Assert.Equal(("small", "big"), (recommendation.Model, recommendation.InUse));
        Assert.Equal("use small for tool_selection: 2.1× faster at equal success, n = 84", recommendation.Reason);
    }

    [Fact]
    public void A_model_that_succeeds_more_often_is_recommended_even_when_it_is_slower()
    {
        var recommendation = Recommend(Arm("fast", 300, 200, 100), Arm("fair", 200, 170, 90), Arm("good", 200, 198, 300));

        Assert.Equal("good", recommendation.Model);
        Assert.StartsWith("use good for tool_selection: succeeds more often, 99 % instead of 66.7 % (", recommendation.Reason, StringComparison.Ordinal);
        Assert.EndsWith("), 3.0× slower, n = 200", recommendation.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cheaper_model_is_recommended_at_equal_success_and_speed()
    {
        var prices = new PriceList(name => new() { Name = name, Provider = "p", ModelId = name, InputPrice = name == "dear" ? 10 : 2 });

        var recommendation = Recommender.Recommend([Arm("dear", 500, 500, 100), Arm("cheap", 400, 400, 100)], prices).Single();

        Assert.Equal("use cheap for tool_selection: costs 20 % of it at equal success and speed, n = 400", recommendation.Reason);
    }

    [Fact]
    public void With_few_attempts_there_is_no_recommendation_however_good_they_look()
    {
        var recommendation = Recommend(Arm("big", 400, 200, 500), Arm("small", 29, 29, 10));

        Assert.Equal((RecommendationVerdict.NotEnoughEvidence, null), (recommendation.Verdict, recommendation.Model));
        Assert.StartsWith("not enough evidence for tool_selection: big was used most, n = 400", recommendation.Reason, StringComparison.Ordinal);
        Assert.Contains("29 with 400", Assert.Single(recommendation.Evidence).Finding, StringComparison.Ordinal);
    }

    [Fact]
    public void Attempts_of_another_complexity_are_no_evidence()
    {
        var recommendation = Recommend(Arm("big", 400, 300, 500), Arm("small", 300, 300, 10, ComplexityLevel.Complex));

        Assert.Equal(RecommendationVerdict.NotEnoughEvidence, recommendation.Verdict);
    }

    [Fact]
    public void The_only_model_is_compared_with_nothing()
    {
        var recommendation = Recommend(Arm("big", 400, 300, 500));

        Assert.Equal("not enough evidence for tool_selection: only big was used, n = 400", recommendation.Reason);
        Assert.Empty(recommendation.Evidence);
    }

    [Fact]
    public void A_faster_model_that_fails_more_often_is_not_recommended()
    {
        var recommendation = Recommend(Arm("big", 400, 396, 500), Arm("small", 300, 200, 10));

        Assert.Equal((RecommendationVerdict.Keep, "big"), (recommendation.Verdict, recommendation.Model));
        Assert.StartsWith("succeeds less often", Assert.Single(recommendation.Evidence).Finding, StringComparison.Ordinal);
    }

    [Fact]
    public void Users_who_reject_its_answers_speak_against_a_model()
    {
        var small = Arm("small", 200, 200, 10);
        for (var i = 0; i < 80; i++)
        {
            small.Add(Outcomes.Rating(0, "r"));
        }

        Assert.Equal(RecommendationVerdict.Keep, Recommend(Arm("big", 400, 396, 500), small).Verdict);
    }

    [Fact]
    public void Equal_models_are_seldom_told_apart_however_many_there_are()
    {
        var random = new Random(3);
        var switches = 0;
        for (var run = 0; run < 400; run++)
        {
            var arms = Enumerable.Range(0, 8).Select(i => Drawn($"m{i}", random, i == 0 ? 200 : 100)).ToArray();
            switches += Recommend(arms).Verdict == RecommendationVerdict.Switch ? 1 : 0;
        }

        // Differences and speeds may each mislead one time in forty; 20 are expected at most, four standard deviations are 17.
        Assert.InRange(switches, 0, 37);
    }

    private static ModelRecommendation Recommend(params OutcomeTotals[] arms) => Recommender.Recommend(arms, NoPrices).Single();

    private static OutcomeTotals Drawn(string model, Random random, int count)
    {
        var totals = Arm(model, 0, 0, 0);
        for (var i = 0; i < count; i++)
        {
            totals.Add(random.NextDouble() < 0.9 ? Outcomes.Success(ms: 50 + (random.NextDouble() * 400)) : Outcomes.Failure());
        }

        return totals;
    }

    private static OutcomeTotals Arm(string model, int attempts, int successes, double ms, ComplexityLevel complexity = ComplexityLevel.Simple)
    {
        var totals = new OutcomeTotals { Group = new("p", model, null, TaskTypes.ToolSelection, complexity) };
        for (var i = 0; i < attempts; i++)
        {
            // A spread that the mean of the logarithms does not move with.
            var outcome = Outcomes.Success(ms: ms * Math.Exp(i % 2 == 0 ? 0.1 : -0.1)) with { InputTokens = 1_000, OutputTokens = 0 };
            totals.Add(i < successes ? outcome : Outcomes.Failure() with { InputTokens = 1_000 });
        }

        return totals;
    }
}
