using System.Buffers;
using HybridLlm.Selection.Rules;

namespace HybridLlm.Selection;

/// <summary>The static strategy with history on top: hard filters, then a score per model that measurements take over as they come.</summary>
/// <remarks>
/// A function of the snapshots in its context: the same ones give the same plan. What depends on options and catalog alone is worked out once and
/// kept for the pair last seen, so options must not change after their first use; a changed configuration brings new ones.
/// </remarks>
internal sealed class ModelSelector(TimeProvider time) : IModelSelector
{
    /// <summary>How many rules are evaluated without an array.</summary>
    private const int RulesOnStack = 64;

    private volatile SelectionSnapshot? _snapshot;

    /// <inheritdoc/>
    public ValueTask<RoutePlan> SelectAsync(SelectionContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        cancellationToken.ThrowIfCancellationRequested();
        var snapshot = SnapshotFor(context);
        var pinned = PinnedModel(context, snapshot);
        var rented = ArrayPool<Candidate>.Shared.Rent(snapshot.Models.Length);
        var candidates = rented.AsSpan(0, snapshot.Models.Length);
        try
        {
            return new(Select(context, snapshot, pinned, candidates));
        }
        finally
        {
            // The next user finds the candidates blank, and no model outlives its catalog in the pool.
            candidates.Clear();
            ArrayPool<Candidate>.Shared.Return(rented);
        }
    }

    private RoutePlan Select(SelectionContext context, SelectionSnapshot snapshot, int? pinned, Span<Candidate> candidates)
    {
        var profile = context.Profile;
        var policy = snapshot.PolicyFor(profile.TaskType);
        Filter(context, snapshot, policy, pinned, candidates);
        var evidence = new CandidateEvidence(context, policy);
        evidence.Read(candidates, pinned is null ? context.Routing.AccuracyFloor : 0, snapshot.BelowFloor);
        var isLastResort = PlanWriter.CountRoutes(candidates) == 0 && LastResort.Readmit(candidates);
        if (isLastResort)
        {
            evidence.Read(candidates, floor: 0, snapshot.BelowFloor);
        }

        var strategy = policy.StrategyFor(context.Request.Priority, profile.Complexity);
        var scorer = new CandidateScorer(candidates, policy, strategy, profile, context.Routing);
        var plan = new PlanWriter(candidates, policy, scorer, snapshot.Models);
        var words = isLastResort ? LastResort.Strategy
            : pinned is not null ? "the model that the request names, then its fallbacks"
            : scorer.Evidence > 0 ? strategy.MeasuredWords
            : strategy.ColdWords;
        var lead = isLastResort || pinned is not null ? Lead.None : Lead.Find(context, snapshot, strategy, candidates, scorer);
        var routes = pinned is { } index ? plan.Pinned(index) : plan.ByScore(fallbacksFirst: !isLastResort, lead);
        return new(profile, words, routes, plan.Rejected());
    }

    private void Filter(SelectionContext context, SelectionSnapshot snapshot, TaskPolicy policy, int? pinned, Span<Candidate> candidates)
    {
        var rules = snapshot.Rules;
        var holds = rules.Length <= RulesOnStack ? stackalloc bool[rules.Length] : new bool[rules.Length];
        var input = new RuleInput(context.Request, context.Profile, time);
        for (var i = 0; i < rules.Length; i++)
        {
            holds[i] = rules[i].Holds(input);
        }

        new CandidateFilter(context, snapshot, policy, pinned, holds).Apply(candidates);
    }

    private SelectionSnapshot SnapshotFor(SelectionContext context)
    {
        var snapshot = _snapshot;
        if (snapshot is null || !ReferenceEquals(snapshot.Routing, context.Routing) || !ReferenceEquals(snapshot.Catalog, context.Catalog))
        {
            _snapshot = snapshot = new(context.Routing, context.Catalog);
        }

        return snapshot;
    }

    private static int? PinnedModel(SelectionContext context, SelectionSnapshot snapshot)
    {
        var name = string.IsNullOrEmpty(context.Request.Model) ? context.Request.Options?.ModelId : context.Request.Model;
        return string.IsNullOrEmpty(name) ? null : snapshot.IndexOf(name) ?? throw new UnknownModelException(name, context.Catalog);
    }
}
