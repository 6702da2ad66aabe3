using HybridLlm.Learning;

namespace HybridLlm.Tests.Learning;

/// <summary>What the words of prompts are worth on real outcomes: nine models at the prompts of fourteen benchmarks, each row predicted before it is learned from.</summary>
public sealed class PromptDataTests
{
    private static readonly PriorMasses Masses = new(Profile: 4, Cell: 5);

    [Fact]
    public void Where_the_task_says_it_all_words_stay_quiet_and_cost_nothing()
    {
        var (alone, withWords, weights) = Run(RoutingData.Load(), isTaskKnown: true);

        Assert.All(weights, weight => Assert.Equal(0, weight));
        Assert.Equal(alone, withWords);
        TestContext.Current.TestOutputHelper?.WriteLine($"task known: {alone:0.0000}, with words {withWords:0.0000}");
    }

    [Fact]
    public void Where_the_task_says_nothing_words_count_and_win()
    {
        var (alone, withWords, weights) = Run(RoutingData.Load(), isTaskKnown: false);

        Assert.All(weights, weight => Assert.InRange(weight, 0.5, 1));
        Assert.InRange(withWords - alone, 0.001, 0.05);
        TestContext.Current.TestOutputHelper?.WriteLine($"task unknown: {alone:0.0000}, with words {withWords:0.0000}");
    }

    /// <summary>Goes through the rows in a random order, a few times, and returns the mean score of the models that were chosen.</summary>
    private static (double Alone, double WithWords, double[] Weights) Run(RoutingData data, bool isTaskKnown)
    {
        const int Seeds = 2;
        var prompts = data.Prompts.Select(static prompt => PromptFeatures.Read(prompt)).ToArray();
        double alone = 0, withWords = 0;
        double[] weights = [];
        for (var seed = 0; seed < Seeds; seed++)
        {
            var rows = Enumerable.Range(0, prompts.Length).ToArray();
            new Random(seed).Shuffle(rows);
            var models = data.Models.Select(static _ => (Belief: new ModelBelief(new()), Tasks: new Dictionary<string, TaskBelief>(), Words: new PromptModel())).ToArray();
            foreach (var row in rows)
            {
                var cells = models.Select(model => CellOf(model.Belief, model.Tasks, isTaskKnown ? data.Tasks[row] : "all")).ToArray();
                var expected = cells.Select(static cell => cell.Expect(0.5, Masses, ComplexityLevel.Medium).Mean).ToArray();
                var moved = models.Select((model, i) => model.Words.Move(expected[i], prompts[row])).ToArray();
                alone += data.Scores[row][Array.IndexOf(expected, expected.Max())];
                withWords += data.Scores[row][Array.IndexOf(moved, moved.Max())];
                for (var i = 0; i < models.Length; i++)
                {
                    models[i].Words.Learn(expected[i], data.Scores[row][i], prompts[row]);
                    cells[i].Observe(ComplexityLevel.Medium, data.Scores[row][i]);
                }
            }

            weights = [.. models.Select(static model => model.Words.Weight)];
        }

        return (alone / Seeds / prompts.Length, withWords / Seeds / prompts.Length, weights);
    }

    private static TaskBelief CellOf(ModelBelief model, Dictionary<string, TaskBelief> tasks, string task) =>
        tasks.TryGetValue(task, out var cell) ? cell : tasks[task] = model.AddTask();
}
