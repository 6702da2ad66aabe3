using HybridLlm.Tool.Learning;

namespace HybridLlm.Tool.Routing;

/// <summary>Tells how well each model is likely to do on a prompt: by the tasks that the prompt may be of, and within a task by how the prompt is built and what it means.</summary>
internal sealed class SuccessPredictor
{
    /// <summary>The most rows that are learned from: the time grows with their cube, the memory with their square.</summary>
    public const int MostRows = 8_000;

    private readonly TaskPredictor _tasks;
    private readonly TaskTable _table;
    private readonly Adjustment?[] _adjustments;
    private readonly double[][] _scores;

    private SuccessPredictor(TaskPredictor tasks, TaskTable table, Adjustment?[] adjustments, double[][] scores)
    {
        _tasks = tasks;
        _table = table;
        _adjustments = adjustments;
        _scores = scores;
    }

    /// <summary>Gets the tasks.</summary>
    public IReadOnlyList<string> Tasks => _tasks.Tasks;

    /// <summary>Gets how well each model did on average.</summary>
    public IReadOnlyList<double> Overall => _table.Overall;

    /// <summary>Gets the tasks within which models differ by how a prompt is built or what it means.</summary>
    public IEnumerable<string> Adjusted => Tasks.Where((_, task) => _adjustments[task] is not null);

    /// <summary>Learns.</summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="tasks">The task of each.</param>
    /// <param name="scores">The score of each model on each.</param>
    /// <param name="cancellationToken">Cancels the learning.</param>
    public static SuccessPredictor Fit(IReadOnlyList<Features> prompts, IReadOnlyList<string> tasks, double[][] scores, CancellationToken cancellationToken)
    {
        var (predictor, probabilities) = TaskPredictor.Fit(prompts, tasks, cancellationToken);
        var names = predictor.Tasks.ToList();
        var taskOf = tasks.Select(task => names.IndexOf(task)).ToArray();
        var table = new TaskTable(names.Count, taskOf, scores);
        var expected = probabilities.Select((row, i) => table.Expect(row, taskOf[i], scores[i])).ToArray();
        var adjustments = new Adjustment?[names.Count];
        for (var task = 0; task < names.Count; task++)
        {
            // What the prompts are taken for counts, and not what they are: so it will be when the adjustment is applied.
            var rows = Enumerable.Range(0, prompts.Count).Where(i => Choice.Best(probabilities[i]) == task).ToList();
            adjustments[task] = Adjustment.Fit(rows.ConvertAll(i => prompts[i]), rows.ConvertAll(i => scores[i]), rows.ConvertAll(i => expected[i]), cancellationToken);
        }

        return new(predictor, table, adjustments, scores);
    }

    /// <summary>Predicts how well each model will do.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="task">Its task, where it is known; otherwise it is predicted.</param>
    /// <param name="neighbours">The number of neighbours for the comparison.</param>
    public Prediction Predict(Features prompt, string? task, int neighbours)
    {
        var similarities = _tasks.SimilaritiesOf(prompt);
        var probabilities = task is not null && Tasks.Contains(task) ? Certain(task) : _tasks.Predict(similarities);
        var byTask = _table.Expect(probabilities);
        var expected = byTask.ToArray();
        var likeliest = Choice.Best(probabilities);
        _adjustments[likeliest]?.Apply(prompt, probabilities[likeliest], expected);
        return new(Tasks[likeliest], expected, byTask, Nearest(similarities, neighbours));
    }

    private double[] Certain(string task) => [.. Tasks.Select(name => name == task ? 1.0 : 0)];

    private double[] Nearest(float[] similarities, int neighbours)
    {
        var nearest = new PriorityQueue<int, float>();
        for (var i = 0; i < similarities.Length; i++)
        {
            if (nearest.Count < neighbours)
            {
                nearest.Enqueue(i, similarities[i]);
            }
            else
            {
                nearest.EnqueueDequeue(i, similarities[i]);
            }
        }

        var mean = new double[_scores[0].Length];
        foreach (var (row, _) in nearest.UnorderedItems)
        {
            for (var model = 0; model < mean.Length; model++)
            {
                mean[model] += _scores[row][model] / nearest.Count;
            }
        }

        return mean;
    }

    /// <summary>What is expected on a prompt.</summary>
    /// <param name="Task">The likeliest task.</param>
    /// <param name="Expected">How well each model is likely to do.</param>
    /// <param name="ByTask">The same by the tasks alone.</param>
    /// <param name="ByNeighbours">How well each model did on the nearest prompts.</param>
    internal sealed record Prediction(string Task, double[] Expected, double[] ByTask, double[] ByNeighbours);
}
