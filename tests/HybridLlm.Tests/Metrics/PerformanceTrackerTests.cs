using HybridLlm.Metrics;

namespace HybridLlm.Tests.Metrics;

public sealed class PerformanceTrackerTests
{
    private const double HalfLife = 20;

    private readonly PerformanceTracker _tracker = new(new MetricsOptions { HalfLife = HalfLife });

    private ModelPerformance Performance => _tracker.GetPerformance("m", "t");

    [Fact]
    public void Nothing_is_known_of_a_model_that_was_never_called()
    {
        var performance = Performance;

        Assert.Equal(new ModelPerformance { Model = "m", TaskType = "t" }, performance);
        Assert.Equal(performance, _tracker.GetPerformance("m", "t", ComplexityLevel.Complex));
        Assert.Empty(_tracker.GetAll());
    }

    [Fact]
    public void Successes_and_failures_are_counted_and_decayed()
    {
        var decay = Math.Pow(0.5, 1 / HalfLife);
        double evidence = 0, mass = 0;
        var random = new Random(1);
        for (var i = 0; i < 300; i++)
        {
            var succeeded = random.Next(3) > 0;
            _tracker.Record(succeeded ? Outcomes.Success() : Outcomes.Failure());
            evidence = (evidence * decay) + 1;
            mass = (mass * decay) + (succeeded ? 1 : 0);
        }

        Assert.Equal(300, Performance.Total);
        Assert.Equal(evidence, Performance.Evidence, 1e-9);
        Assert.Equal(mass / evidence, Performance.SuccessRate, 1e-9);
        Assert.InRange(Performance.Successes, 1, 299);
    }

    [Fact]
    public void The_weight_of_a_call_has_halved_after_the_half_life()
    {
        _tracker.Record(Outcomes.Success());
        for (var i = 0; i < HalfLife; i++)
        {
            _tracker.Record(Outcomes.Failure());
        }

        Assert.Equal(0.5, Performance.SuccessRate * Performance.Evidence, 1e-9);
    }

    [Fact]
    public void The_success_rate_follows_when_a_model_gets_worse()
    {
        for (var i = 0; i < 1000; i++)
        {
            _tracker.Record(Outcomes.Success());
        }

        Assert.Equal(1, Performance.SuccessRate, 1e-9);
        for (var i = 0; i < 3 * HalfLife; i++)
        {
            _tracker.Record(Outcomes.Failure());
        }

        Assert.Equal(0.125, Performance.SuccessRate, 1e-6);
    }

    [Fact]
    public void A_cancelled_attempt_is_neither_success_nor_failure_but_a_use()
    {
        _tracker.Record(Outcomes.Success(ms: 100, second: 1));
        _tracker.Record(Outcomes.Success(ms: 9000, second: 2) with { Status = OutcomeStatus.Cancelled, TokensPerSecond = 5 });

        Assert.Equal((1, 1, 1.0, 100.0), (Performance.Total, Performance.Successes, Performance.SuccessRate, Performance.LatencyMs));
        Assert.Equal(0, Performance.TokensPerSecond);
        Assert.Equal(Outcomes.Epoch.AddSeconds(2), Performance.LastUsed);
    }

    [Fact]
    public void Averages_are_over_successes_and_decayed()
    {
        var decay = Math.Pow(0.5, 1 / HalfLife);
        _tracker.Record(Outcomes.Success(ms: 100) with { TimeToFirstTokenMs = 10, TokensPerSecond = 40 });
        _tracker.Record(Outcomes.Failure() with { DurationMs = 1e6, TimeToFirstTokenMs = 1e6, TokensPerSecond = 1e6 });
        _tracker.Record(Outcomes.Success(ms: 200) with { TokensPerSecond = 20 });

        Assert.Equal(((100 * decay) + 200) / (decay + 1), Performance.LatencyMs, 1e-9);
        Assert.Equal(10, Performance.TimeToFirstTokenMs, 1e-9);
        Assert.Equal(((40 * decay) + 20) / (decay + 1), Performance.TokensPerSecond, 1e-9);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1)]
    [InlineData(double.MaxValue)]
    public void Absurd_numbers_are_left_out_and_the_rest_of_the_outcome_counts(double absurd)
    {
        _tracker.Record(Outcomes.Success(ms: absurd) with { TimeToFirstTokenMs = 20, TokensPerSecond = 30 });
        _tracker.Record(Outcomes.Success(ms: 100) with { TimeToFirstTokenMs = absurd, TokensPerSecond = absurd });
        _tracker.Record(Outcomes.Rating(absurd, "r"));

        Assert.Equal((2, 1.0, 100.0, 20.0), (Performance.Total, Performance.SuccessRate, Performance.LatencyMs, Performance.TimeToFirstTokenMs));
        Assert.Equal(30, Performance.TokensPerSecond, 1e-9);
        Assert.InRange(Performance.LatencyP99Ms, 90, 110);
        Assert.Null(Performance.Rating);
    }

    [Fact]
    public void Each_complexity_has_its_own_statistics_within_those_of_all()
    {
        _tracker.Record(Outcomes.Success() with { Complexity = ComplexityLevel.Simple });
        _tracker.Record(Outcomes.Failure() with { Complexity = ComplexityLevel.Complex });
        _tracker.Record(Outcomes.Failure() with { Complexity = (ComplexityLevel)17 });

        Assert.Equal(3, Performance.Total);
        Assert.Equal(1, _tracker.GetPerformance("m", "t", ComplexityLevel.Simple).SuccessRate);
        Assert.Equal((1, 0.0), (_tracker.GetPerformance("m", "t", ComplexityLevel.Complex).Total, _tracker.GetPerformance("m", "t", ComplexityLevel.Complex).SuccessRate));
        Assert.Equal(0, _tracker.GetPerformance("m", "t", ComplexityLevel.Medium).Total);
        Assert.Equal(0, _tracker.GetPerformance("m", "t", (ComplexityLevel)17).Total);
    }

    [Fact]
    public void GetAll_is_ordered_by_model_and_task_type()
    {
        foreach (var (model, task) in new[] { ("b", "y"), ("a", "z"), ("b", "x"), ("B", "x") })
        {
            _tracker.Record(Outcomes.Success(model, task));
        }

        Assert.Equal([("B", "x"), ("a", "z"), ("b", "x"), ("b", "y")], _tracker.GetAll().Select(static all => (all.Model, all.TaskType)));
    }

    [Fact]
    public void LastUsed_never_goes_back()
    {
        _tracker.Record(Outcomes.Success(second: 9));
        _tracker.Record(Outcomes.Success(second: 3));

        Assert.Equal(Outcomes.Epoch.AddSeconds(9), Performance.LastUsed);
    }

    [Fact]
    public void Beyond_the_limit_nothing_new_is_learned_and_it_is_said_once()
    {
        var log = new LogRecorder<PerformanceTracker>();
        var tracker = new PerformanceTracker(new MetricsOptions(), log, maxCells: 4);

        for (var i = 0; i < 10; i++)
        {
            tracker.Record(Outcomes.Success("m" + i));
        }

        tracker.Record(Outcomes.Success("m0"));

        Assert.Equal(["m0", "m1"], tracker.GetAll().Select(static all => all.Model));
        Assert.Equal(2, tracker.GetPerformance("m0", "t").Total);
        Assert.Equal(8, tracker.Refused);
        Assert.Contains("4", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(0.9)]
    [InlineData(-5)]
    public void A_half_life_below_a_call_is_refused(double halfLife) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PerformanceTracker(new MetricsOptions { HalfLife = halfLife }));

    [Fact]
    public void An_endless_half_life_is_a_plain_average()
    {
        var tracker = new PerformanceTracker(new MetricsOptions { HalfLife = double.PositiveInfinity });
        for (var i = 0; i < 1000; i++)
        {
            tracker.Record(i % 4 == 0 ? Outcomes.Failure() : Outcomes.Success(ms: i));
        }

        Assert.Equal((1000.0, 0.75), (tracker.GetPerformance("m", "t").Evidence, tracker.GetPerformance("m", "t").SuccessRate));
    }

    [Fact]
    public void Neither_recording_nor_reading_allocates_once_the_cell_exists()
    {
        var outcome = Outcomes.Success() with { TimeToFirstTokenMs = 5, TokensPerSecond = 5 };
        double sum = 0;
        Run(10_000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(1_000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(sum > 0);

        void Run(int times)
        {
            for (var i = 0; i < times; i++)
            {
                _tracker.Record(outcome);
                sum += _tracker.GetPerformance("m", "t").LatencyMs + _tracker.GetPerformance("m", "t", ComplexityLevel.Medium).LatencyMs;
            }
        }
    }

    [Fact]
    public async Task Readers_see_whole_states_while_writers_write()
    {
        const int Reads = 100_000;
        _tracker.Record(Measured(1));
        using var done = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var writers = Enumerable.Range(0, 2).Select(_ => OnThread(() => WriteUntil(done.Token))).ToArray();
        var readers = Enumerable.Range(0, 2).Select(_ => OnThread(Read)).ToArray();

        await Task.WhenAll(readers);
        await done.CancelAsync();
        var written = 1 + (await Task.WhenAll(writers)).Sum();

        Assert.All(readers, static reader => Assert.True(reader.Result > 1, "The readers must see the writers at work."));
        Assert.Equal((written, written), (Performance.Total, Performance.Successes));

        long Read()
        {
            long changes = 0, last = 0;
            for (var i = 0; i < Reads || (changes < 2 && !done.IsCancellationRequested); i++)
            {
                var seen = Performance;
                Assert.Equal(seen.Total, seen.Successes);
                Assert.Equal(seen.LatencyMs, seen.TimeToFirstTokenMs);
                Assert.Equal(seen.LatencyMs, seen.TokensPerSecond);
                Assert.True(seen.LatencyP50Ms <= seen.LatencyP95Ms && seen.LatencyP95Ms <= seen.LatencyP99Ms);
                Assert.True(seen.Total >= last);
                changes += seen.Total > last ? 1 : 0;
                last = seen.Total;
            }

            return changes;
        }

        long WriteUntil(CancellationToken token)
        {
            long count = 0;
            for (; !token.IsCancellationRequested; count++)
            {
                _tracker.Record(Measured((count % 100) + 1));
            }

            return count;
        }

        // The time to the first token and the speed are the duration: in a torn state the averages differ.
        static CallOutcome Measured(double ms) => Outcomes.Success(ms: ms) with { TimeToFirstTokenMs = ms, TokensPerSecond = ms };

        static Task<long> OnThread(Func<long> work) =>
            Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }
}
