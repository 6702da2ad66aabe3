using HybridLlm.Catalog;
using HybridLlm.Execution;
using HybridLlm.Experiments;

namespace HybridLlm.Runtime;

/// <summary>Everything that a request goes by, as it was when the request began. Immutable; an edit makes a new one.</summary>
/// <param name="Options">The options.</param>
/// <param name="Catalog">The models.</param>
/// <param name="Routes">What is in use of them.</param>
/// <param name="Execution">How requests are carried out.</param>
internal sealed record RoutingSnapshot(HybridLlmOptions Options, IModelCatalog Catalog, RouteTable Routes, ExecutionSettings Execution)
{
    private readonly bool _rulesKeepWordsHere = Options.Routing.Rules.Any(rule => rule is { Effect: RuleEffect.Require, Target: { } target }
        && (target.Equals(DataClasses.LocalOnly, StringComparison.OrdinalIgnoreCase) || Options.Routing.DataClasses.ContainsKey(target)));

    /// <summary>Gets the experiments; <see langword="null"/> where there are none.</summary>
    public ExperimentSet? Experiments { get; } = ExperimentSet.Of(Options.Routing, Catalog);

    /// <summary>Gets where requests are mirrored to; <see langword="null"/> where they are not.</summary>
    public ShadowTarget? Shadow { get; } = Options.Routing.Shadow is { Model: { Length: > 0 }, Share: > 0 } ? new(Options.Routing, Catalog, Routes, Execution.Defaults) : null;

    /// <summary>Gets a snapshot without models, for the moment before there is a real one.</summary>
    public static RoutingSnapshot Empty { get; } = new(
        new(), new ModelCatalog([], []), RouteTable.Empty, new(new(), TimeSpan.Zero, 1, GenerationParameters.None, new(new())));

    /// <summary>Says of a request where its words may go, before anybody sees them.</summary>
    public LlmRequest Guard(LlmRequest request) =>
        (request.DataClass ?? Options.Routing.DefaultDataClass) is var dataClass && ReferenceEquals(dataClass, request.DataClass) && !_rulesKeepWordsHere
            ? request
            : request with { DataClass = dataClass, MayBeConfined = _rulesKeepWordsHere };
}
