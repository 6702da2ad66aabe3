using HybridLlm.Learning;
using HybridLlm.Metrics;
using HybridLlm.Metrics.Sharing;
using HybridLlm.Testing;

namespace HybridLlm.Tests.Metrics.Sharing;

public sealed class LearningExchangeTests
{
    private static readonly PriorMasses Masses = new(4, 4);

    private readonly SharedBoard _board = new();
    private readonly ManualTimeProvider _time = new(Outcomes.Epoch.AddDays(1));
    private readonly LogRecorder<LearningExchangeTests> _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hosts_with_different_calls_believe_the_same_and_none_counts_itself_twice()
    {
        var a = new Host(this, "a");
        var b = new Host(this, "b");
        a.Record("fast", 30, successes: 27, ms: 100);
        a.Record("slow", 5, successes: 2, ms: 900);
        b.Record("slow", 40, successes: 39, ms: 500);

        for (var round = 0; round < 4; round++)
        {
            await a.Exchange.ExchangeAsync(Token);
            await b.Exchange.ExchangeAsync(Token);
        }

        await a.Exchange.ExchangeAsync(Token);
        foreach (var model in (string[])["fast", "slow"])
        {
            Assert.Equal(a.Performance(model).Total, b.Performance(model).Total);
            Assert.Equal(a.Performance(model).Successes, b.Performance(model).Successes);
            Assert.Equal(a.Performance(model).SuccessRate, b.Performance(model).SuccessRate, 1e-9);
            Assert.Equal(a.Performance(model).Evidence, b.Performance(model).Evidence, 1e-9);
            Assert.Equal(a.Performance(model).LatencyMs, b.Performance(model).LatencyMs, 1e-6);
            Assert.Equal(a.Expect(model).Mean, b.Expect(model).Mean, 1e-5);
            Assert.Equal(a.Expect(model).Mass, b.Expect(model).Mass, 1e-3);
        }

        Assert.Equal((30, 45), (a.Performance("fast").Total, a.Performance("slow").Total));
        Assert.Equal(27, b.Performance("fast").Successes);
    }

    [Fact]
    public async Task What_is_shared_is_exactly_what_one_host_would_have_learned_from_the_first_calls()
    {
        var a = new Host(this, "a");
        var b = new Host(this, "b");
        a.Record("m", 1, successes: 1, ms: 100);
        b.Record("m", 1, successes: 0, ms: 100);

        await a.Exchange.ExchangeAsync(Token);
        await b.Exchange.ExchangeAsync(Token);

        Assert.Equal((2L, 1L, 2.0, 0.5), (b.Performance("m").Total, b.Performance("m").Successes, b.Performance("m").Evidence, b.Performance("m").SuccessRate));
        Assert.Equal(100, b.Performance("m").LatencyMs);
        Assert.Equal(b.Performance("m") with { LatencyP50Ms = 0, LatencyP95Ms = 0, LatencyP99Ms = 0 }, b.Tracker.GetPerformance("m", "t", ComplexityLevel.Medium));
    }

    [Fact]
    public async Task A_run_that_starts_knows_what_ended_runs_learned_and_outgrows_it()
    {
        for (var run = 0; run < 12; run++)
        {
            var earlier = new Host(this, "run-" + run);
            earlier.Record("m", 200, successes: 0, ms: 100);
            await earlier.Exchange.ExchangeAsync(Token);
            _board.End("run-" + run);
        }

        var now = new Host(this, "now");
        await now.Exchange.ExchangeAsync(Token);
        Assert.Equal(2_400, now.Performance("m").Total);
        Assert.Equal(0, now.Performance("m").SuccessRate);

        // Twelve long histories weigh as one.
        Assert.InRange(now.Performance("m").Evidence, 60, 1 / (1 - Math.Exp(-Math.Log(2) / 50)) + 1e-9);

        now.Record("m", 2_000, successes: 2_000, ms: 100);
        await now.Exchange.ExchangeAsync(Token);
        Assert.InRange(now.Performance("m").SuccessRate, 0.98, 1);
        Assert.InRange(now.Expect("m").Mean, 0.95, 1);
    }

    [Fact]
    public async Task Of_another_version_only_a_few_calls_count()
    {
        var other = new Host(this, "other");
        other.Record("m", 100, successes: 0, ms: 100, version: "v1");
        await other.Exchange.ExchangeAsync(Token);
        var own = new Host(this, "own");
        own.Record("m", 20, successes: 20, ms: 100, version: "v2");

        await own.Exchange.ExchangeAsync(Token);

        Assert.InRange(own.Expect("m").Mean, 0.75, 0.95);
    }

    [Fact]
    public async Task What_a_run_takes_back_is_gone()
    {
        var a = new Host(this, "a");
        var b = new Host(this, "b");
        a.Record("m", 10, successes: 10, ms: 100);
        b.Record("m", 1, successes: 0, ms: 100);
        await a.Exchange.ExchangeAsync(Token);
        await b.Exchange.ExchangeAsync(Token);
        Assert.Equal(11, b.Performance("m").Total);

        _board.Remove("a");
        await b.Exchange.ExchangeAsync(Token);

        Assert.Equal((1L, 0.0), (b.Performance("m").Total, b.Performance("m").SuccessRate));
    }

    [Fact]
    public async Task Only_what_changed_is_published()
    {
        var a = new Host(this, "a");
        a.Record("m", 3, successes: 3, ms: 100);
        a.Record("n", 3, successes: 3, ms: 100);
        await a.Exchange.ExchangeAsync(Token);
        Assert.Equal(4, _board.LastPublished);

        a.Record("n", 1, successes: 1, ms: 100);
        await a.Exchange.ExchangeAsync(Token);
        Assert.Equal(2, _board.LastPublished);

        await a.Exchange.ExchangeAsync(Token);
        Assert.Equal(0, _board.LastPublished);
    }

    [Fact]
    public async Task A_store_that_fails_is_said_once_and_what_was_not_published_is_published_later()
    {
        var a = new Host(this, "a");
        a.Record("m", 3, successes: 3, ms: 100);
        _board.Fault = new IOException("The database is away.");
        await a.Exchange.ExchangeAsync(Token);
        await a.Exchange.ExchangeAsync(Token);
        Assert.Contains("The database is away.", Assert.Single(_log.Warnings), StringComparison.Ordinal);

        _board.Fault = null;
        await a.Exchange.ExchangeAsync(Token);
        Assert.Equal(2, _board.LastPublished);
    }

    private sealed class Host
    {
        public Host(LearningExchangeTests test, string name)
        {
            var options = new MetricsOptions();
            Tracker = new(options);
            Exchange = new(Tracker, test._board.For(name), options, new(), test._time, test._log);
        }

        public PerformanceTracker Tracker { get; }

        public LearningExchange Exchange { get; }

        public ModelPerformance Performance(string model) => Tracker.GetPerformance(model, "t");

        public Expectation Expect(string model) => Tracker.FindCell(model, "t")!.Belief.Expect(0.5, Masses, ComplexityLevel.Medium);

        public void Record(string model, int calls, int successes, double ms, string? version = null)
        {
            for (var i = 0; i < calls; i++)
            {
                Tracker.Record((i < successes ? Outcomes.Success(model, ms: ms, second: i) : Outcomes.Failure(model, second: i)) with { ModelVersion = version });
            }
        }
    }
}
