namespace HybridLlm;

/// <summary>Everything that bears on a routing decision, as immutable snapshots.</summary>
public sealed class SelectionContext
{
    /// <summary>Gets the request.</summary>
    public required LlmRequest Request { get; init; }

    /// <summary>Gets what the request is.</summary>
    public required TaskProfile Profile { get; init; }

    /// <summary>Gets the models.</summary>
    public required IModelCatalog Catalog { get; init; }

    /// <summary>Gets what was measured of them.</summary>
    public required IPerformanceTracker Performance { get; init; }

    /// <summary>Gets which of them can be called now.</summary>
    public required IRouteAvailability Availability { get; init; }

    /// <summary>Gets the routing policy.</summary>
    public required RoutingOptions Routing { get; init; }

    /// <summary>
    /// Gets which request it is, counted from 1. Together with <see cref="LearningOptions.Seed"/> it decides whether the request explores and what it draws. 0 for a
    /// request that is only planned: it never explores.
    /// </summary>
    public long Ordinal { get; init; }

    /// <summary>Gets what is remembered of the conversation; <see langword="null"/> when it begins or nothing is.</summary>
    public ConversationState? Conversation { get; init; }
}
