namespace HybridLlm;

/// <summary>No configured model can serve the request. The message and <see cref="Plan"/> say why each was rejected.</summary>
public sealed class NoRouteAvailableException : HybridLlmException
{
    /// <summary>Initializes a new instance of the <see cref="NoRouteAvailableException"/> class.</summary>
    /// <param name="plan">The plan without routes.</param>
    public NoRouteAvailableException(RoutePlan plan)
        : base(Describe(plan)) => Plan = plan;

    /// <summary>Gets the plan without routes.</summary>
    public RoutePlan Plan { get; }

    private static string Describe(RoutePlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return plan.Rejected.Count == 0
            ? "There is no model to route to: the catalog is empty. Configure a provider under HybridLlm:Providers that is running and serves a model, or name one under HybridLlm:Models."
            : $"No model can serve this {plan.Profile.TaskType} request:{string.Concat(plan.Rejected.Select(r => $"{Environment.NewLine}  {r}"))}";
    }
}
