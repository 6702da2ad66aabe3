using HybridLlm.Metrics;

namespace HybridLlm.Tests.Metrics;

public sealed class PerformanceTrackerRatingTests
{
    private readonly PerformanceTracker _tracker = new(new MetricsOptions { HalfLife = 10, FeedbackWindow = 3 });

    private ModelPerformance Performance => _tracker.GetPerformance("m", "t");

    [Fact]
    public void A_rating_is_no_attempt()
    {
        _tracker.Record(Outcomes.Success(second: 1));
        _tracker.Record(Outcomes.Rating(0.8, "r", second: 9));

        Assert.Equal((1, 1, 1.0), (Performance.Total, Performance.Successes, Performance.SuccessRate));
        Assert.Equal(0.8, Performance.Rating);
        Assert.Equal(Outcomes.Epoch.AddSeconds(1), Performance.LastUsed);
    }

    [Fact]
    public void Ratings_are_averaged_towards_the_recent_ones()
    {
        var decay = Math.Pow(0.5, 0.1);
        _tracker.Record(Outcomes.Rating(0.5, "a"));
        _tracker.Record(Outcomes.Rating(1, "b"));

        Assert.Equal(((0.5 * decay) + 1) / (decay + 1), Performance.Rating!.Value, 1e-12);
    }

    [Fact]
    public void A_bad_rating_turns_the_success_into_a_failure()
    {
        _tracker.Record(Outcomes.Success());
        _tracker.Record(Outcomes.Success());
        var evidence = Performance.Evidence;

        _tracker.Record(Outcomes.Rating(0.49, "r"));

        Assert.Equal((evidence - 1) / evidence, Performance.SuccessRate, 1e-12);
        Assert.Equal((2, 2, evidence), (Performance.Total, Performance.Successes, Performance.Evidence));
    }

    [Fact]
    public void A_bad_rating_applies_to_the_complexity_too()
    {
        _tracker.Record(Outcomes.Success() with { Complexity = ComplexityLevel.Complex });
        _tracker.Record(Outcomes.Rating(0, "r") with { Complexity = ComplexityLevel.Complex });

        Assert.Equal((0.0, 0.0), (Performance.SuccessRate, _tracker.GetPerformance("m", "t", ComplexityLevel.Complex).SuccessRate));
        Assert.Equal(0, _tracker.GetPerformance("m", "t", ComplexityLevel.Complex).Rating);
    }

    [Fact]
    public void Rating_twice_is_rating_once()
    {
        Record(5);
        _tracker.Record(Outcomes.Rating(0, "r"));
        var once = Performance;

        _tracker.Record(Outcomes.Rating(0, "r"));
        _tracker.Record(Outcomes.Rating(0, "r"));

        Assert.Equal(once, Performance);
    }

    [Fact]
    public void A_new_rating_of_a_request_replaces_the_old_one_at_its_age()
    {
        Record(5);
        var expected = new PerformanceTracker(new MetricsOptions { HalfLife = 10 });
        for (var i = 0; i < 5; i++)
        {
            expected.Record(Outcomes.Success());
        }

        _tracker.Record(Outcomes.Rating(0.1, "r"));
        expected.Record(Outcomes.Rating(0.9, "r"));
        foreach (var tracker in new[] { _tracker, expected })
        {
            tracker.Record(Outcomes.Success());
            tracker.Record(Outcomes.Rating(0.6, "other"));
        }

        _tracker.Record(Outcomes.Rating(0.9, "r"));

        Assert.Equal(expected.GetPerformance("m", "t").SuccessRate, Performance.SuccessRate, 1e-12);
        Assert.Equal(expected.GetPerformance("m", "t").Rating!.Value, Performance.Rating!.Value, 1e-12);
    }

    [Fact]
    public void A_success_taken_away_late_weighs_what_it_has_decayed_to()
    {
        Record(3);
        _tracker.Record(Outcomes.Rating(1, "r"));
        Record(10);
        var (evidence, mass) = (Performance.Evidence, Performance.Evidence * Performance.SuccessRate);

        _tracker.Record(Outcomes.Rating(0, "r"));

        Assert.Equal((mass - 0.5) / evidence, Performance.SuccessRate, 1e-12);
    }

    [Fact]
    public void Random_ratings_never_leave_the_range_and_end_where_the_last_ones_say()
    {
        var random = new Random(7);
        var tracker = new PerformanceTracker(new MetricsOptions { HalfLife = 30 });
        for (var i = 0; i < 5_000; i++)
        {
            tracker.Record(random.Next(4) switch
            {
                0 => Outcomes.Failure(),
                1 => Outcomes.Success(),
                _ => Outcomes.Rating(random.NextDouble(), "r" + random.Next(i + 1)),
            });
            var seen = tracker.GetPerformance("m", "t");
            Assert.InRange(seen.SuccessRate, 0, 1);
            Assert.InRange(seen.Rating ?? 0, -1e-9, 1 + 1e-9);
        }
    }

    [Fact]
    public void A_bad_rating_without_a_recorded_success_takes_nothing()
    {
        _tracker.Record(Outcomes.Rating(0, "r"));
        Assert.Equal((0.0, 0.0), (Performance.SuccessRate, Performance.Rating));

        _tracker.Record(Outcomes.Success());
        _tracker.Record(Outcomes.Rating(1, "r"));
        Assert.Equal((1.0, 1.0), (Performance.SuccessRate, Performance.Rating));
    }

    [Fact]
    public void Beyond_the_window_a_rating_counts_as_the_first()
    {
        Record(20);
        _tracker.Record(Outcomes.Rating(0, "old"));
        for (var i = 0; i < 3; i++)
        {
            _tracker.Record(Outcomes.Rating(1, "r" + i));
        }

        var mass = Performance.SuccessRate * Performance.Evidence;
        _tracker.Record(Outcomes.Rating(0, "old"));

        Assert.Equal(mass - 1, Performance.SuccessRate * Performance.Evidence, 1e-9);
    }

    private void Record(int successes)
    {
        for (var i = 0; i < successes; i++)
        {
            _tracker.Record(Outcomes.Success());
        }
    }
}
