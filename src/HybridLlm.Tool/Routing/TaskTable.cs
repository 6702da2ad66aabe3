namespace HybridLlm.Tool.Routing;

/// <summary>How well each model does at each task on average. A task with few rows leans on what the models do elsewhere.</summary>
internal sealed class TaskTable
{
    private const double PriorRows = 3;

    private readonly double[][] _sums;
    private readonly double[] _counts;
    private readonly double[] _overall;

    /// <param name="tasks">The number of tasks.</param>
    /// <param name="taskOf">The task of each row.</param>
    /// <param name="scores">The score of each model on each row.</param>
    public TaskTable(int tasks, IReadOnlyList<int> taskOf, IReadOnlyList<double[]> scores)
    {
        var models = scores[0].Length;
        _overall = new double[models];
        _counts = new double[tasks];
        _sums = [.. Enumerable.Range(0, tasks).Select(_ => new double[models])];
        for (var row = 0; row < scores.Count; row++)
        {
            _counts[taskOf[row]]++;
            for (var model = 0; model < models; model++)
            {
                _sums[taskOf[row]][model] += scores[row][model];
                _overall[model] += scores[row][model] / scores.Count;
            }
        }
    }

    /// <summary>Gets how well each model does over all.</summary>
    public IReadOnlyList<double> Overall => _overall;

    /// <summary>Computes what is expected of each model.</summary>
    /// <param name="probabilities">How likely each task is.</param>
    public double[] Expect(ReadOnlySpan<double> probabilities) => Expect(probabilities, leftOutTask: -1, []);

    /// <summary>Computes what would be expected of each model if a row had not been learned from.</summary>
    /// <param name="probabilities">How likely each task is.</param>
    /// <param name="leftOutTask">The task of the row.</param>
    /// <param name="leftOut">The scores of the row.</param>
    public double[] Expect(ReadOnlySpan<double> probabilities, int leftOutTask, ReadOnlySpan<double> leftOut)
    {
        var expected = new double[_overall.Length];
        for (var task = 0; task < _counts.Length; task++)
        {
            for (var model = 0; model < expected.Length; model++)
            {
                var (sum, count) = (_sums[task][model], _counts[task]);
                if (task == leftOutTask)
                {
                    sum -= leftOut[model];
                    count--;
                }

                expected[model] += probabilities[task] * (sum + (PriorRows * _overall[model])) / (count + PriorRows);
            }
        }

        return expected;
    }
}
