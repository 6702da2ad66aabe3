using HybridLlm.Experiments;
using HybridLlm.Tests.Metrics;
using NSubstitute;

namespace HybridLlm.Tests.Experiments;

/// <summary>What is said of kept outcomes.</summary>
public sealed class ExperimentReportsTests
{
    private readonly List<CallOutcome> _kept = [];
    private readonly RoutingOptions _routing = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_variant_that_is_better_by_30_points_is_recommended_with_an_interval_and_nothing_changes_by_itself()
    {
        Configure();
        Keep("a", 0.5, 300, seed: 1);
        Keep("b", 0.8, 300, seed: 2);

        var result = await ReportAsync();

        var (control, variant) = (result.Variants[0], result.Variants[1]);
        Assert.Equal(("a", "a", ExperimentVerdict.Undecided, 0), (result.Control, control.Name, control.Verdict, control.Pairs));
        Assert.Null(control.Difference);
        Assert.Equal((ExperimentVerdict.Better, 300, false), (variant.Verdict, variant.Pairs, variant.IsSlower));
        Assert.True(variant.Difference!.Value.Contains(0.3) && variant.Difference.Value.Low > 0);
        Assert.InRange(variant.DecidedAfter!.Value, 10, 400);
        Assert.True(variant.MeanInterval!.Value.Contains(0.8) && variant.MeanInterval.Value.High - variant.MeanInterval.Value.Low < 0.25);
        Assert.StartsWith("Use b: better by ", result.Recommendation, StringComparison.Ordinal);
        Assert.Equal(["a", "b"], _routing.Experiments[0].Variants.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((1.0, 1.0), (_routing.Experiments[0].Variants["a"].Weight, _routing.Experiments[0].Variants["b"].Weight));
    }

    [Fact]
    public async Task A_better_variant_that_takes_too_long_is_left_for_people_to_weigh()
    {
        Configure();
        Keep("a", 0.4, 200, seed: 3, ms: 100);
        Keep("b", 0.9, 200, seed: 4, ms: 400);

        var result = await ReportAsync();

        Assert.Equal((ExperimentVerdict.BetterButSlower, true), (result.Variants[1].Verdict, result.Variants[1].IsSlower));
        Assert.True(result.Variants[1].SlowerAtLeast > 0.5);
        Assert.Contains("for you to weigh", result.Recommendation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worse_variant_is_given_up_and_equal_ones_go_on()
    {
        Configure();
        Keep("a", 0.9, 200, seed: 5);
        Keep("b", 0.4, 200, seed: 6);
        Assert.Equal("Keep a: it is better than b.", (await ReportAsync()).Recommendation);

        _kept.Clear();
        Keep("a", 0.7, 200, seed: 7);
        Keep("b", 0.7, 200, seed: 8);
        var result = await ReportAsync();
        Assert.Equal((ExperimentVerdict.Undecided, null), (result.Variants[1].Verdict, result.Variants[1].DecidedAfter));
        Assert.StartsWith("Go on", result.Recommendation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_word_on_a_request_counts_and_every_request_once()
    {
        Configure(experiment => experiment.Control = "b");
        Add("a", OutcomeStatus.Failed, "r1", second: 1);
        Add("a", OutcomeStatus.Succeeded, "r1", second: 2);
        Add("a", OutcomeStatus.Succeeded, "r2", second: 3);
        Add("a", OutcomeStatus.Escalated, "r3", second: 4, rating: 0.25);
        Add("a", OutcomeStatus.Cancelled, "r4", second: 5);
        Add("a", OutcomeStatus.Rated, "r2", second: 6, rating: 0);

        var result = await ReportAsync();

        Assert.Equal("b", result.Control);
        var variant = result.Variants[0];
        Assert.Equal((1, 1, 1, 3), (variant.Answers, variant.Failures, variant.Escalations, variant.Observations));
        Assert.Equal(1.25 / 3, variant.Mean!.Value, 12);
        Assert.Equal((0, 0, null), (result.Variants[1].Observations, result.Variants[1].Answers, result.Variants[1].Mean));
    }

    [Fact]
    public async Task Ratings_can_be_what_is_compared_and_the_first_of_an_answer_counts()
    {
        Configure(experiment => experiment.Metric = ExperimentMetric.Rating);
        for (var i = 0; i < 100; i++)
        {
            Add("a", OutcomeStatus.Succeeded, $"a{i}", 2 * i);
            Add("b", OutcomeStatus.Succeeded, $"b{i}", 2 * i);
            Add("a", OutcomeStatus.Rated, $"a{i}", (2 * i) + 1, rating: 0.3);
            Add("b", OutcomeStatus.Rated, $"b{i}", (2 * i) + 1, rating: 0.7);
            Add("b", OutcomeStatus.Rated, $"b{i}", 1_000 + i, rating: 0);
        }

        var variant = (await ReportAsync()).Variants[1];

        Assert.Equal((100, 100), (variant.Observations, variant.Answers));
        Assert.Equal(0.7, variant.Mean!.Value, 9);
        Assert.Equal(ExperimentVerdict.Better, variant.Verdict);
        Assert.True(variant.Difference!.Value.Contains(0.4));
    }

    [Fact]
    public async Task What_was_kept_of_an_experiment_that_is_over_is_still_told()
    {
        Keep("a", 0.5, 20, seed: 9);
        Keep("b", 0.5, 20, seed: 10);

        var result = await ReportAsync();

        Assert.Equal(("x", false, "a", 2), (result.Name, result.IsConfigured, result.Control, result.Variants.Count));
    }

    [Fact]
    public async Task Shadow_calls_are_told_apart_by_model_and_task()
    {
        for (var i = 0; i < 40; i++)
        {
            var shadow = Outcomes.Success("b", "planning", ms: 50 + i, second: i) with { Status = OutcomeStatus.Shadowed };
            _kept.Add(i % 4 == 0 ? shadow with { Error = ProviderErrorKind.Timeout } : shadow with { Rating = i % 2 });
        }

        _kept.Add(Outcomes.Success("a", "planning"));

        var report = await Reports().ReportAsync(Token);

        Assert.Empty(report.Experiments);
        var shadowed = Assert.Single(report.Shadows);
        Assert.Equal(("b", "p", "planning", 30L, 10L), (shadowed.Model, shadowed.Provider, shadowed.TaskType, shadowed.Answers, shadowed.Failures));
        Assert.Equal(2.0 / 3, shadowed.Agreement!.Value, 12);
        Assert.True(shadowed.AgreementInterval!.Value.Contains(shadowed.Agreement.Value));
        Assert.InRange(shadowed.MedianMs!.Value, 51, 89);
    }

    [Fact]
    public async Task Where_nothing_is_kept_it_says_so()
    {
        var reports = new ExperimentReports(null, _ => Task.CompletedTask, () => _routing, () => new(), TimeProvider.System);

        Assert.Contains("Metrics:Store is None", (await Assert.ThrowsAsync<InvalidOperationException>(async () => await reports.ReportAsync(Token))).Message, StringComparison.Ordinal);
    }

    private void Configure(Action<ExperimentOptions>? configure = null)
    {
        var experiment = new ExperimentOptions { Name = "x", Variants = { ["a"] = new() { Model = "a" }, ["b"] = new() { Model = "b" } } };
        configure?.Invoke(experiment);
        _routing.Experiments.Add(experiment);
    }

    private void Keep(string variant, double success, int count, int seed, double ms = 100)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            Add(variant, random.NextDouble() < success ? OutcomeStatus.Succeeded : OutcomeStatus.Failed, $"{variant}{i}", i, ms: ms * (0.8 + (0.4 * random.NextDouble())));
        }
    }

    private void Add(string variant, OutcomeStatus status, string request, int second, double? rating = null, double ms = 100) =>
        _kept.Add(Outcomes.Success(variant, second: second, ms: ms) with { Status = status, RequestId = request, Rating = rating, Experiment = "x", Variant = variant });

    private async Task<ExperimentResult> ReportAsync() => Assert.Single((await Reports().ReportAsync(Token)).Experiments);

    private ExperimentReports Reports()
    {
        var store = Substitute.For<IMetricsStore>();
        store.ReadAsync(Arg.Any<MetricsQuery>(), Arg.Any<CancellationToken>()).Returns(_ => _kept.ToAsyncEnumerable());
        return new(store, _ => Task.CompletedTask, () => _routing, () => new(), TimeProvider.System);
    }
}
