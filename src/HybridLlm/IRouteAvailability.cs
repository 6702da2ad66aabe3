namespace HybridLlm;

/// <summary>Tells which models can be called now.</summary>
public interface IRouteAvailability
{
    /// <summary>Gets whether a model can be called now. Does no I/O.</summary>
    /// <param name="model">The model.</param>
    /// <returns>The state.</returns>
    RouteAvailability GetAvailability(ModelProfile model);
}
