using HybridLlm.Learning;
using HybridLlm.Metrics;

namespace HybridLlm.Tests.Metrics;

public sealed class PerformanceTrackerBeliefTests
{
    private static readonly PriorMasses Masses = new(4, 5);

    private readonly PerformanceTracker _tracker = new(new());

    [Fact]
    public void Record_teaches_the_belief_of_the_model_and_of_the_task()
    {
        for (var i = 0; i < 6; i++)
        {
            _tracker.Record(Outcomes.Success(task: "one"));
            _tracker.Record(Outcomes.Failure(task: "two"));
        }

        Assert.Equal(12, _tracker.FindBelief("m")!.All.Calls, 0.2);
        Assert.True(Mean("one") > 0.6);
        Assert.True(Mean("two") < 0.4);
        Assert.Null(_tracker.FindBelief("other"));
    }

    [Fact]
    public void Record_of_a_cancelled_call_teaches_nothing()
    {
        _tracker.Record(Outcomes.Success() with { Status = OutcomeStatus.Cancelled });

        Assert.Equal(0, _tracker.FindBelief("m")!.All.Calls);
    }

    [Fact]
    public void A_low_rating_takes_the_success_back_and_a_better_one_gives_it_again()
    {
        for (var i = 0; i < 4; i++)
        {
            _tracker.Record(Outcomes.Success() with { RequestId = $"r{i}" });
        }

        var before = Mean("t");
        _tracker.Record(Outcomes.Rating(0.1, "r3"));
        _tracker.Record(Outcomes.Rating(0.2, "r3"));
        var rejected = Mean("t");
        _tracker.Record(Outcomes.Rating(0.9, "r3"));

        Assert.Equal(before - (1 / 8.0), rejected, 2);
        Assert.Equal(before, Mean("t"), 4);
    }

    [Fact]
    public void A_new_version_leaves_only_a_few_calls_counting()
    {
        for (var i = 0; i < 50; i++)
        {
            _tracker.Record(Outcomes.Success() with { ModelVersion = "1" });
        }

        _tracker.Record(Outcomes.Success() with { ModelVersion = "2" });

        Assert.Equal(4, _tracker.FindBelief("m")!.All.Calls, 0.1);
    }

    [Fact]
    public void Record_measures_the_tokens_of_an_answer()
    {
        _tracker.Record(Outcomes.Success() with { OutputTokens = 100 });
        _tracker.Record(Outcomes.Success() with { OutputTokens = null });
        _tracker.Record(Outcomes.Success() with { OutputTokens = 100 });

        Assert.Equal(100, _tracker.GetPerformance("m", "t").OutputTokens, 6);
    }

    private double Mean(string task) => _tracker.FindCell("m", task)!.Belief.Expect(0.5, Masses, ComplexityLevel.Medium).Mean;
}
