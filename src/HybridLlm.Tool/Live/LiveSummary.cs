namespace HybridLlm.Tool.Live;

/// <summary>How the ways of answering compare: the last line that is printed.</summary>
internal sealed record LiveSummary
{
    public required int Tasks { get; init; }

    public required int Warmup { get; init; }

    public required double Threshold { get; init; }

    public required bool TrueTasks { get; init; }

    public required ArmSummary Fast { get; init; }

    public required ArmSummary Strong { get; init; }

    public required ArmSummary Split { get; init; }

    public required ArmSummary Ours { get; init; }

    /// <summary>Gets the tasks that the best split gives to the strong model.</summary>
    public required IReadOnlyList<string> SplitStrongTasks { get; init; }

    /// <summary>Gets our accuracy as a share of the strong model's.</summary>
    public required double KeptAccuracy { get; init; }

    /// <summary>Gets our time as a share of the strong model's.</summary>
    public required double TimeShare { get; init; }

    /// <summary>Gets the share of tasks for which a first answer was given up for a stronger model's.</summary>
    public required double EscalationRate { get; init; }

    /// <summary>Gets the share of tasks that the strong model answered at once.</summary>
    public required double StrongFirstRate { get; init; }

    /// <summary>Gets the share of tasks that were taken for what they are; absent when the file does not tell.</summary>
    public double? TaskAccuracy { get; init; }

    /// <summary>Gets how many times faster than the strong model we answer simple tasks: median against median; absent when the file has none.</summary>
    public double? SimpleSpeedup { get; init; }

    /// <summary>Gets the same of the total times.</summary>
    public double? SimpleTotalSpeedup { get; init; }

    public required SortedDictionary<string, TaskSummary> ByTask { get; init; }

    public required SortedDictionary<string, LevelSummary> ByComplexity { get; init; }
}

/// <summary>What one way of answering came to.</summary>
internal sealed record ArmSummary(string Model, double Accuracy, double Seconds, double MedianMs)
{
    public static ArmSummary Of(string model, IReadOnlyList<LiveAnswer> answers) =>
        new(model, answers.Average(answer => answer.IsRight ? 1.0 : 0), answers.Sum(answer => answer.Seconds), 1000 * Median([.. answers.Select(answer => answer.Seconds)]));

    public static double Median(double[] values)
    {
        Array.Sort(values);
        return values.Length == 0 ? 0 : (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}

/// <summary>How long the tasks of one complexity took.</summary>
/// <param name="Tasks">How many there are.</param>
/// <param name="EscalationRate">For which share of them a first answer was given up for a stronger model's.</param>
/// <param name="LaterEscalationRate">The same in the second half of the run, after the router has learned from the first.</param>
/// <param name="FastMedianMs">The median of the fast model.</param>
/// <param name="StrongMedianMs">The median of the strong model.</param>
/// <param name="MedianMs">Our median.</param>
/// <param name="StrongMeanMs">The mean of the strong model.</param>
/// <param name="MeanMs">Our mean.</param>
/// <param name="MedianSpeedup">How many times faster than the strong model we are by the median of the answers.</param>
/// <param name="TotalSpeedup">The same by their total time.</param>
/// <param name="LaterTotalSpeedup">The same by the total time of the second half of the run.</param>
internal sealed record LevelSummary(
    int Tasks,
    double EscalationRate,
    double LaterEscalationRate,
    double FastMedianMs,
    double StrongMedianMs,
    double MedianMs,
    double StrongMeanMs,
    double MeanMs,
    double MedianSpeedup,
    double TotalSpeedup,
    double LaterTotalSpeedup);

/// <summary>The same for the tasks of one type.</summary>
internal sealed record TaskSummary(int Tasks, double Fast, double Strong, double Ours, double EscalationRate, double StrongFirstRate, double TimeShare);
