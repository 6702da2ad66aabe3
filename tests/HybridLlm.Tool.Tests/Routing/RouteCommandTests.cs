using HybridLlm.Tool.Commands;
using HybridLlm.Tool.Routing;
using HybridLlm.Tool.Tests.Support;

namespace HybridLlm.Tool.Tests.Routing;

public sealed class RouteCommandTests : IDisposable
{
    private const string Models = """
        {
          "coder": { "parameters_b": 7, "relative_price": 0.2 },
          "giant": { "parameters_b": 70, "relative_price": 0.9 },
          "poet": { "parameters_b": 3, "relative_price": 0.1 }
        }
        """;

    private readonly ToolRun _run = new();

    public void Dispose() => _run.Dispose();

    private Task<int> RunAsync(EvalOptions.Values options, RouteCommand.Arguments? arguments = null) => RouteCommand.RunAsync(
        options, arguments ?? new(_run.Write("models.json", [Models])), _run.Console, _run.Output, _run.Error, TestContext.Current.CancellationToken);

    // The coder is right about code and the poet about poems; the giant is right about half of each.
    private static IEnumerable<string> Rows(int count, string? tasks = "true", bool scored = true) => Enumerable.Range(0, count).Select(i =>
    {
        var isCode = i % 2 == 0;
        var prompt = isCode ? $"Write a C# method that sorts list number {i}." : $"Compose a poem about the sea and wave {i}.";
        var task = tasks switch
        {
            null => "",
            "true" => isCode ? "\"task\": \"code\", " : "\"task\": \"poem\", ",
            _ => isCode ? "\"task\": \"poem\", " : "\"task\": \"code\", ",
        };
        var scores = scored ? $$""", "scores": {"coder": {{(isCode ? 1 : 0)}}, "poet": {{(isCode ? 0 : 1)}}, "giant": {{(i % 4 < 2 ? 1 : 0)}}}""" : "";
        return $$"""{{{task}}"prompt": "{{prompt}}"{{scores}}}""";
    });

    [Fact]
    public async Task Each_prompt_goes_to_the_model_that_is_best_at_its_task()
    {
        Assert.Equal(0, await RunAsync(new(_run.Write("train.jsonl", Rows(80)), Decisions: _run.PathOf("decisions.jsonl"))));

        var decisions = _run.Lines("decisions.jsonl");
        Assert.Equal(Enumerable.Range(0, 80), decisions.Select(line => line.GetProperty("index").GetInt32()));
        Assert.All(decisions, (line, i) => Assert.Equal(i % 2 == 0 ? ("coder", "code") : ("poet", "poem"), (line.GetProperty("model").GetString(), line.GetProperty("predicted_task").GetString())));
        Assert.All(decisions, line => Assert.InRange(line.GetProperty("score").GetDouble(), 0.7, 1));
    }

    [Fact]
    public async Task What_it_is_compared_with_has_the_figures_that_the_rows_give()
    {
        await RunAsync(new(_run.Write("train.jsonl", Rows(80))));

        var policies = Policies();
        Assert.Equal((0.5, 0.4), policies["random"]);
        Assert.Equal((0.5, 0.1), policies["cheapest"]);
        Assert.Equal((0.5, 0.9), policies["strongest"]);
        Assert.Equal((1, 0.15), policies["best per task"]);
        Assert.Equal((1, 0.15), policies["nearest neighbours"]);
        Assert.Equal(1, policies["oracle"].Score);
        Assert.Equal((1, 0.15), policies["ours"]);
        Assert.Equal(1, _run.LastLine().GetProperty("score").GetDouble());
        var bounds = _run.LastLine().GetProperty("policies")[0].GetProperty("interval");
        Assert.InRange(0.5, bounds.GetProperty("low").GetDouble(), bounds.GetProperty("high").GetDouble());
    }

    [Fact]
    public async Task Tasks_and_scores_of_the_rows_to_decide_about_are_not_read()
    {
        var train = _run.Write("train.jsonl", Rows(60));
        await RunAsync(new(train, _run.Write("a.jsonl", Rows(20)), _run.PathOf("a.out")));
        await RunAsync(new(train, _run.Write("b.jsonl", Rows(20, tasks: null, scored: false)), _run.PathOf("b.out")));
        await RunAsync(new(train, _run.Write("c.jsonl", Rows(20, tasks: "wrong")), _run.PathOf("c.out")));

        Assert.Equal(Read("a.out"), Read("b.out"));
        Assert.Equal(Read("a.out"), Read("c.out"));
    }

    [Fact]
    public async Task Tasks_are_read_where_the_user_asks_for_it()
    {
        var arguments = new RouteCommand.Arguments(_run.Write("models.json", [Models]), TrueTasks: true);
        await RunAsync(new(_run.Write("train.jsonl", Rows(60)), _run.Write("test.jsonl", Rows(20, tasks: "wrong")), _run.PathOf("out")), arguments);

        Assert.Equal("poem", _run.Lines("out")[0].GetProperty("predicted_task").GetString());
        Assert.Equal(0, _run.LastLine().GetProperty("score").GetDouble());
    }

    [Fact]
    public async Task Only_the_models_that_the_user_names_are_chosen_among()
    {
        var arguments = new RouteCommand.Arguments(_run.Write("models.json", [Models]), Only: ["poet", "giant"]);
        Assert.Equal(0, await RunAsync(new(_run.Write("train.jsonl", Rows(60)), Decisions: _run.PathOf("out")), arguments));

        Assert.DoesNotContain(_run.Lines("out"), line => line.GetProperty("model").GetString() == "coder");
        Assert.Equal(0.75, _run.LastLine().GetProperty("score").GetDouble());
    }

    // Each prompt is a word of its own, so that nothing but its meaning tells animals from dishes.
    [Fact]
    public async Task What_prompts_mean_is_learned_from_unless_the_user_wants_words_only()
    {
        string[] animals = ["otter", "badger", "falcon", "salmon", "weasel", "turtle", "donkey", "pigeon", "rabbit", "monkey", "lizard", "beaver"];
        string[] dishes = ["lasagna", "risotto", "chowder", "pancake", "goulash", "omelette", "burrito", "ravioli", "custard", "muffins", "brownie", "noodles"];
        var rows = animals.Concat(dishes).Select(thing => $$$"""{"prompt": "{{{thing}}}", "task": "{{{(animals.Contains(thing) ? "animal" : "dish")}}}", "scores": {"coder": {{{(animals.Contains(thing) ? 1 : 0)}}}, "poet": {{{(animals.Contains(thing) ? 0 : 1)}}}, "giant": 0}}""");
        var train = _run.Write("train.jsonl", rows);
        var models = _run.Write("models.json", [Models]);

        await RunAsync(new(train), new(models, WordsOnly: true));
        var without = _run.LastLine().GetProperty("score").GetDouble();
        await RunAsync(new(train), new(models));

        Assert.InRange(_run.LastLine().GetProperty("score").GetDouble(), Math.Max(0.85, without + 0.05), 1);
    }

    [Fact]
    public async Task Rows_without_a_task_are_learned_from_too()
    {
        Assert.Equal(0, await RunAsync(new(_run.Write("train.jsonl", Rows(120, tasks: null)))));

        // Without tasks the way a prompt is built must do.
        Assert.True(_run.LastLine().GetProperty("score").GetDouble() > 0.95);
        Assert.Equal(5, _run.LastLine().GetProperty("adjusted_tasks").GetProperty("general").GetInt32());
    }

    [Fact]
    public async Task Learning_online_begins_with_nothing_and_ends_with_the_best_of_each_task()
    {
        var (train, test) = (_run.Write("train.jsonl", Rows(40)), _run.Write("test.jsonl", Rows(1000)));
        Assert.Equal(0, await RunAsync(new(train, test, _run.PathOf("a.out")), new(_run.Write("models.json", [Models]), Online: true)));
        Assert.Equal(0, await RunAsync(new(train, test, _run.PathOf("b.out")), new(_run.PathOf("models.json"), Online: true)));

        var online = _run.LastLine().GetProperty("online");
        var last = online.GetProperty("curve").EnumerateArray().Last();
        Assert.Equal(1000, last.GetProperty("requests").GetInt32());
        Assert.Equal(1, last.GetProperty("known").GetDouble());
        Assert.Equal(1, last.GetProperty("best_known").GetDouble());
        Assert.InRange(last.GetProperty("score").GetDouble(), 0.9, 1);
        Assert.Equal(online.GetProperty("regret").GetDouble(), last.GetProperty("regret").GetDouble());
        Assert.Equal(Read("a.out"), Read("b.out"));
    }

    [Fact]
    public async Task Online_is_compared_with_the_same_choices_as_frozen()
    {
        var train = _run.Write("train.jsonl", Rows(200));
        await RunAsync(new(train));
        var frozen = Policies();
        await RunAsync(new(train), new(_run.PathOf("models.json"), Online: true));
        var online = Policies();

        Assert.Equal(frozen.Keys, online.Keys);
        Assert.All(frozen.Keys.Where(name => name != "ours"), name => Assert.Equal(frozen[name], online[name]));
        Assert.Equal(_run.LastLine().GetProperty("score").GetDouble(), online["ours"].Score);
        Assert.InRange(online["ours"].Score, 0.7, 0.99);
    }

    [Theory]
    [InlineData("Auto", false, false)]
    [InlineData("Auto", true, true)]
    [InlineData("File", true, false)]
    [InlineData("Shuffled", false, true)]
    public async Task Requests_come_in_the_order_of_the_file_unless_it_lies_in_blocks_or_the_user_says_so(string order, bool blocks, bool shuffled)
    {
        var rows = Rows(240).ToArray();
        var train = _run.Write("train.jsonl", blocks ? [.. rows.Where((_, i) => i % 2 == 0), .. rows.Where((_, i) => i % 2 == 1)] : rows);
        await RunAsync(new(train, Decisions: _run.PathOf("out")), new(_run.Write("models.json", [Models]), Online: true, TrueTasks: true, Order: Enum.Parse<RequestOrder>(order)));

        Assert.Equal(shuffled, _run.LastLine().GetProperty("online").GetProperty("shuffled").GetBoolean());

        // What is not known yet is chosen wrongly: early in the file, when it comes in order.
        var wrong = _run.Lines("out").Index().Where(line => line.Item.GetProperty("predicted_task").GetString() == "code" && line.Item.GetProperty("model").GetString() != "coder");
        var late = wrong.Count(line => line.Index >= (blocks ? 60 : 120));
        Assert.Equal(shuffled, late > 0);
    }

    [Fact]
    public async Task A_drift_is_lost_at_and_recovered_from()
    {
        var arguments = new RouteCommand.Arguments(_run.Write("models.json", [Models]), Online: true, TrueTasks: true, Drift: 500);
        Assert.Equal(0, await RunAsync(new(_run.Write("train.jsonl", Rows(40)), _run.Write("test.jsonl", Rows(1500))), arguments));

        var curve = _run.LastLine().GetProperty("online").GetProperty("curve").EnumerateArray().Select(point => point.GetProperty("known").GetDouble()).ToArray();
        Assert.Equal(1, curve[1]);
        Assert.Equal(1, curve[^1]);
        Assert.Equal(500, _run.LastLine().GetProperty("online").GetProperty("drift").GetInt32());
    }

    [Theory]
    [InlineData("""{"prompt": "x", "task": "code"}""", "no scores")]
    [InlineData("""{"prompt": "x", "scores": {"coder": 1, "poet": 0}}""", "'giant'")]
    [InlineData("""{"prompt": "x", "scores": {"coder": 7, "poet": 0, "giant": 0}}""", "from 0 to 1")]
    [InlineData("""{"task": "code"}""", "prompt")]
    [InlineData("{oops", "line 3")]
    public async Task A_row_that_cannot_be_learned_from_is_named_with_a_remedy(string row, string says)
    {
        Assert.Equal(1, await RunAsync(new(_run.Write("train.jsonl", [.. Rows(2), row]))));

        Assert.Contains("train.jsonl, line 3", _run.Complaint, StringComparison.Ordinal);
        Assert.Contains(says, _run.Complaint, StringComparison.Ordinal);
        Assert.Empty(_run.Told);
    }

    [Fact]
    public async Task A_model_that_nobody_knows_is_named()
    {
        Assert.Equal(1, await RunAsync(new(_run.Write("train.jsonl", Rows(10))), new(_run.Write("models.json", [Models]), Only: ["coder", "ghost"])));

        Assert.Contains("'ghost'", _run.Complaint, StringComparison.Ordinal);
        Assert.Contains("coder, giant, poet", _run.Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_models_that_is_none_is_refused()
    {
        Assert.Equal(1, await RunAsync(new(_run.Write("train.jsonl", Rows(10))), new(_run.Write("models.json", ["[1]"]))));

        Assert.Contains("models.json", _run.Complaint, StringComparison.Ordinal);
        Assert.Contains("relative_price", _run.Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_drift_beyond_the_requests_is_refused()
    {
        Assert.Equal(1, await RunAsync(new(_run.Write("train.jsonl", Rows(10))), new(_run.Write("models.json", [Models]), Online: true, Drift: 10)));

        Assert.Contains("--drift 10", _run.Complaint, StringComparison.Ordinal);
    }

    private string Read(string name) => File.ReadAllText(_run.PathOf(name));

    private Dictionary<string, (double Score, double Price)> Policies() => _run.LastLine().GetProperty("policies").EnumerateArray()
        .ToDictionary(policy => policy.GetProperty("policy").GetString()!, policy => (policy.GetProperty("score").GetDouble(), policy.GetProperty("price").GetDouble()));
}
