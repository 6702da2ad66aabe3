using HybridLlm.Metrics;
using HybridLlm.Tests.Learning;
using HybridLlm.Tests.Metrics;
using HybridLlm.Tests.Support;

namespace HybridLlm.Tests.Client;

/// <summary>What the words of prompts teach a client: two models at one task, whose answers users like or not. Everything follows from a seed.</summary>
public sealed class PromptLearningTests
{
    private const double ShareOfSql = 0.25;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Prompts_that_a_model_fails_at_go_to_the_other_and_the_rest_stays(int seed)
    {
        await using var routes = Routes(seed);
        await using var without = Routes(seed, static options => options.Routing.Learning.PerPrompt.Enabled = false);

        var (sql, other) = await LateSharesOfAAsync(routes);

        var (sqlWithout, otherWithout) = await LateSharesOfAAsync(without);
        TestContext.Current.TestOutputHelper?.WriteLine($"to a with words: sql {sql:0.00}, others {other:0.00}; without: sql {sqlWithout:0.00}, others {otherWithout:0.00}");
        Assert.InRange(sql, 0, 0.5);
        Assert.InRange(other, 0.9, 1);
        Assert.InRange(sqlWithout, sql + 0.4, 1);
        var plan = await routes.Client.PlanAsync(Request("write it in sql"), Token);
        Assert.Matches(@"prompts like this one: \d+% instead of \d+%, weight 0\.\d+", plan.Explain());

        // Both are known first, then the router chooses; the last 200 requests are looked at.
        async Task<(double Sql, double Other)> LateSharesOfAAsync(TwoRoutes of)
        {
            var random = new Random(seed);
            await LiveAsync(of, random, 60, Liked, "b");
            await LiveAsync(of, random, 400, Liked);
            var late = await LiveAsync(of, random, 200, Liked);
            return (ShareOfA(late, isSql: true), ShareOfA(late, isSql: false));
        }

        static double Liked(string model, bool isSql) => model == "b" ? 0.6 : isSql ? 0.05 : 0.95;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Where_words_say_nothing_every_choice_is_what_it_would_be_without_them(int seed)
    {
        await using var with = Routes(seed);
        await using var without = Routes(seed, static options => options.Routing.Learning.PerPrompt.Enabled = false);

        var answers = await LiveAsync(with, new Random(seed), 400, Alike);

        Assert.Equal(await LiveAsync(without, new Random(seed), 400, Alike), answers);
        Assert.False(PromptsOf(with).IsEmpty);
        Assert.True(PromptsOf(with).IsQuiet);
        Assert.True(PromptsOf(without).IsEmpty);

        static double Alike(string model, bool isSql) => model == "b" ? 0.6 : 0.8;
    }

    [Fact]
    public async Task Nothing_is_read_before_the_clock_moves_and_what_does_not_fit_the_line_is_left_out()
    {
        await using var routes = Routes(seed: 1);
        for (var i = 0; i < 400; i++)
        {
            await routes.Client.GenerateAsync(Request("hello"), Token);
        }

        Assert.True(PromptsOf(routes).IsEmpty);
        routes.Time.Advance(TimeSpan.FromMilliseconds(50));

        Assert.False(PromptsOf(routes).IsEmpty);
    }

    [Fact]
    public async Task Switched_off_in_use_it_forgets_and_moves_nothing()
    {
        await using var routes = Routes(seed: 1);
        var random = new Random(1);
        await LiveAsync(routes, random, 400, static (model, isSql) => model == "b" ? 0.65 : isSql ? 0.05 : 0.95);
        Assert.False(PromptsOf(routes).IsQuiet);

        routes.Get<HybridLlm.Configuration.OptionsWatcher>().Current.Routing.Learning.PerPrompt.Enabled = false;

        var plan = await routes.Client.PlanAsync(Request("write it in sql"), Token);
        Assert.DoesNotContain("prompts like this one", plan.Explain(), StringComparison.Ordinal);
        await LiveAsync(routes, random, 1, static (_, _) => 1);
        Assert.True(PromptsOf(routes).IsEmpty);
    }

    [Fact]
    public async Task A_seeded_benchmark_with_prompts_teaches_them_and_again_in_the_next_run()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(Directory.CreateDirectory(folder.Path).FullName, "benchmark.jsonl");
        var random = new Random(7);
        await File.WriteAllLinesAsync(path, Enumerable.Range(0, 400).Select(_ =>
        {
            var isSql = random.NextDouble() < ShareOfSql;
            return $$"""{ "task": "code_generation", "prompt": "{{PromptRun.Sentence(random, isSql)}}", "scores": { "a": {{(isSql ? 0 : 1)}}, "b": {{(random.NextDouble() < 0.6 ? 1 : 0)}} } }""";
        }), Token);

        for (var run = 1; run <= 2; run++)
        {
            await using var routes = Routes(seed: 1, options => (options.Metrics.Store, options.Metrics.Path) = ("Json", Path.Combine(folder.Path, "store")));

            var report = await routes.Get<ILearningSeeder>().SeedAsync(path, Token);

            Assert.Equal(run == 1 ? 800 : 0, report.Learned);
            Assert.InRange(await ShareOfAAsync(routes, random, isSql: true), 0, 0.1);
            Assert.InRange(await ShareOfAAsync(routes, random, isSql: false), 0.95, 1);
        }
    }

    private static TwoRoutes Routes(int seed, Action<HybridLlmOptions>? configure = null) => new(options =>
    {
        options.Routing.Learning.Seed = seed;
        options.Routing.Tasks[TaskTypes.CodeGeneration] = new() { Weights = new() { Success = 1 } };
        configure?.Invoke(options);
    });

    private static LlmRequest Request(string prompt) => new(prompt, TaskTypes.CodeGeneration) { Complexity = ComplexityLevel.Medium };

    /// <summary>Asks and rates, one request after the other, and returns who answered what.</summary>
    private static async Task<List<(string Model, bool IsSql)>> LiveAsync(TwoRoutes routes, Random random, int requests, Func<string, bool, double> liked, string? model = null)
    {
        var answers = new List<(string Model, bool IsSql)>();
        for (var i = 0; i < requests; i++)
        {
            var isSql = random.NextDouble() < ShareOfSql;
            var response = await routes.Client.GenerateAsync(Request(PromptRun.Sentence(random, isSql)) with { Model = model }, Token);
            var rating = random.NextDouble() < liked(response.Model, isSql) ? Feedback.Accepted : Feedback.Rejected;
            await routes.Client.RecordFeedbackAsync(response.ResponseId, rating, Token);
            routes.Time.Advance(TimeSpan.FromMilliseconds(50));
            answers.Add((response.Model, isSql));
        }

        return answers;
    }

    private static double ShareOfA(IReadOnlyList<(string Model, bool IsSql)> answers, bool isSql) =>
        answers.Where(answer => answer.IsSql == isSql).Average(static answer => answer.Model == "a" ? 1.0 : 0);

    private static async Task<double> ShareOfAAsync(TwoRoutes routes, Random random, bool isSql)
    {
        var count = 0;
        for (var i = 0; i < 60; i++)
        {
            count += await FirstAsync(routes, PromptRun.Sentence(random, isSql)) == "a" ? 1 : 0;
        }

        return count / 60.0;
    }

    private static async Task<string> FirstAsync(TwoRoutes routes, string prompt) =>
        (await routes.Client.PlanAsync(Request(prompt), Token)).Routes[0].Model.Name;

    private static HybridLlm.Learning.PromptModels PromptsOf(TwoRoutes routes) => ((IMeasurementSource)routes.Tracker).Prompts;
}
