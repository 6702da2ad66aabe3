using HybridLlm.Tool.Learning;
using HybridLlm.Tool.Routing;

namespace HybridLlm.Tool.Tests.Routing;

public sealed class TaskPredictorTests
{
    private static readonly string[] Verbs = ["compile", "refactor", "debug", "unit-test", "optimise", "document"];
    private static readonly string[] Moods = ["sad", "cheerful", "short", "long", "rhyming", "modern"];

    [Fact]
    public void Tell_names_the_likely_tasks_the_likeliest_first_and_shares_add_up_to_1()
    {
        var prompts = Verbs.Select(verb => (Prompt: $"{verb} the function in this class", Task: "code"))
            .Concat(Moods.Select(mood => (Prompt: $"write a {mood} poem about the sea", Task: "prose")))
            .Concat(Moods.Select(mood => (Prompt: $"translate the {mood} sentence into Polish", Task: "translation"))).ToList();
        var (predictor, _) = TaskPredictor.Fit(
            prompts.ConvertAll(row => Features.Of(row.Prompt)), prompts.ConvertAll(row => row.Task), TestContext.Current.CancellationToken);

        Assert.All(prompts, row =>
        {
            var told = predictor.Tell(Features.Of(row.Prompt));
            var probabilities = predictor.Predict(predictor.SimilaritiesOf(Features.Of(row.Prompt)));

            Assert.Equal(row.Task, told[0].Task);
            Assert.Equal(predictor.Tasks[Choice.Best(probabilities)], told[0].Task);
            Assert.Equal(told.OrderByDescending(task => task.Share), told);
            Assert.Equal(1, told.Sum(task => task.Share), 10);
            Assert.Equal(probabilities.Count(probability => probability >= 0.02), told.Length);
        });

        // A prompt that has something of two tasks is told as both.
        var mixed = predictor.Tell(Features.Of("write a poem about the function in this class"));
        Assert.Superset(new HashSet<string> { "code", "prose" }, mixed.Select(task => task.Task).ToHashSet());
    }

    [Fact]
    public void Tell_names_the_likeliest_task_where_there_are_so_many_that_none_is_likely()
    {
        string[] tasks = [.. Enumerable.Range(0, 120).Select(number => $"task-{number:000}")];
        var (predictor, _) = TaskPredictor.Fit(
            [.. tasks.Select((_, number) => Features.Of($"Tell me about number {number}."))], tasks, TestContext.Current.CancellationToken);

        var told = predictor.Tell(Features.Of("Something else."));

        Assert.Equal(predictor.Tasks[Choice.Best(predictor.Predict(predictor.SimilaritiesOf(Features.Of("Something else."))))], told[0].Task);
        Assert.Equal(1, told.Sum(task => task.Share), 10);
    }
}
