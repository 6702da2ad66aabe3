namespace HybridLlm;

/// <summary>Decides which models are to answer a request, in which order.</summary>
public interface IModelSelector
{
    /// <summary>Makes the plan for a request. Calls no model and does no I/O.</summary>
    /// <param name="context">The request and everything known that bears on it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The plan. One without routes is a result: it says why each model was rejected.</returns>
    /// <exception cref="UnknownModelException">The request names a model that the catalog does not have.</exception>
    ValueTask<RoutePlan> SelectAsync(SelectionContext context, CancellationToken cancellationToken = default);
}
