using System.Globalization;
using System.Text;

namespace HybridLlm;

/// <summary>The ordered routes for a request and why they stand as they stand. Immutable.</summary>
public sealed class RoutePlan
{
    /// <summary>Initializes a new instance of the <see cref="RoutePlan"/> class.</summary>
    /// <param name="profile">What the request is.</param>
    /// <param name="strategy">Which strategy put the routes in order, in words.</param>
    /// <param name="routes">The routes, the first choice first.</param>
    /// <param name="rejected">The models that are not among the routes.</param>
    public RoutePlan(TaskProfile profile, string strategy, IReadOnlyList<Route> routes, IReadOnlyList<RejectedModel> rejected)
    {
        Profile = profile;
        Strategy = strategy;
        Routes = routes;
        Rejected = rejected;
    }

    /// <summary>Gets what the request is.</summary>
    public TaskProfile Profile { get; }

    /// <summary>Gets which strategy put the routes in order, in words.</summary>
    public string Strategy { get; }

    /// <summary>Gets the routes, the first choice first. Empty when no model can serve the request.</summary>
    public IReadOnlyList<Route> Routes { get; }

    /// <summary>Gets the models that are not among the routes, and why.</summary>
    public IReadOnlyList<RejectedModel> Rejected { get; }

    /// <summary>Gets the variant of an experiment that the request is part of; <see langword="null"/> when it is part of none.</summary>
    public ExperimentAssignment? Experiment { get; init; }

    /// <summary>Returns the plan in words, a line per model.</summary>
    /// <returns>The words.</returns>
    public string Explain()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"task {Profile.TaskType} (said by: {Profile.Source}), complexity {Profile.Complexity}, about {Profile.EstimatedInputTokens} tokens; {Strategy}");
        for (var i = 0; i < Routes.Count; i++)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{i + 1}. {Routes[i]}");
        }

        foreach (var rejected in Rejected)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"-  {rejected}");
        }

        return text.ToString();
    }

    /// <summary>Returns the plan in words, a line per model.</summary>
    /// <returns>The words.</returns>
    public override string ToString() => Explain();
}
