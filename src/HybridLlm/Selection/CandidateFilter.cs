namespace HybridLlm.Selection;

/// <summary>The hard filters: takes out the models that cannot or must not serve a request, each with the first reason that is found.</summary>
internal readonly ref struct CandidateFilter
{
    /// <summary>The room that an answer needs when the request does not say how long it may be, in tokens.</summary>
    private const int UsualAnswer = 256;

    private readonly SelectionContext _context;
    private readonly SelectionSnapshot _snapshot;
    private readonly TaskPolicy _policy;
    private readonly DataClassRule? _dataClass;
    private readonly int? _pinned;
    private readonly ReadOnlySpan<bool> _holds;
    private readonly LlmFeatures _required;
    private readonly int _prompt;
    private readonly int _answer;

    /// <param name="context">The request and everything known that bears on it.</param>
    /// <param name="snapshot">The policy and the models.</param>
    /// <param name="policy">The policy of the task.</param>
    /// <param name="pinned">The position of the model that the request names, if it names one.</param>
    /// <param name="holds">For each rule, whether its condition holds.</param>
    public CandidateFilter(SelectionContext context, SelectionSnapshot snapshot, TaskPolicy policy, int? pinned, ReadOnlySpan<bool> holds)
    {
        _context = context;
        _snapshot = snapshot;
        _policy = policy;
        _dataClass = snapshot.DataClasses.For(context.Request.DataClass);
        _pinned = pinned;
        _holds = holds;
        _required = context.Profile.RequiredFeatures | (context.Request.RequireStreaming ? LlmFeatures.Streaming : LlmFeatures.None);
        _prompt = context.Profile.EstimatedInputTokens;
        _answer = context.Request.Options?.MaxOutputTokens ?? UsualAnswer;
    }

    /// <summary>Fills the candidates.</summary>
    public void Apply(Span<Candidate> candidates)
    {
        for (var i = 0; i < candidates.Length; i++)
        {
            ref var candidate = ref candidates[i];
            candidate.Entry = _snapshot.Models[i];
            if (MaySee(i, ref candidate) && IsAllowed(i, ref candidate) && CanServe(ref candidate) && PassesRules(i, ref candidate))
            {
                IsCallable(ref candidate);
            }
        }
    }

    /// <summary>First of all, and whoever names a model: nobody is asked, and no reason told, that the words must not reach.</summary>
    private bool MaySee(int index, ref Candidate candidate) =>
        _dataClass is null || _dataClass.Allowed[index] || Reject(ref candidate, RejectionReason.DataClass, _dataClass.Words);

    /// <summary>Whoever names a model overrides lists and suitability, not what a model can do and not the rules.</summary>
    private bool IsAllowed(int index, ref Candidate candidate)
    {
        if (_pinned is { } pinned)
        {
            return index == pinned || Array.IndexOf(_snapshot.Models[pinned].Fallbacks, index) >= 0
                || Reject(ref candidate, RejectionReason.NotRequested, _snapshot.Models[pinned].NotRequested);
        }

        var rejection = _policy.Models[index].Rejection;
        return rejection is null
            || Reject(ref candidate, rejection.Value, rejection == RejectionReason.NotListedForTask ? _policy.NotListed : null);
    }

    private bool CanServe(ref Candidate candidate)
    {
        if (candidate.Entry.OnlyEmbeds)
        {
            return Reject(ref candidate, RejectionReason.MissingFeature, FeatureWords.OnlyEmbeds);
        }

        var missing = _required & ~candidate.Entry.Model.Features;
        if (missing != 0)
        {
            return Reject(ref candidate, RejectionReason.MissingFeature, FeatureWords.For(missing));
        }

        var length = candidate.Entry.ContextLength;
        return _prompt <= length - Math.Min(_answer, length / 4)
            || Reject(ref candidate, RejectionReason.ContextTooSmall, candidate.Entry.ContextDetail);
    }

    private bool PassesRules(int index, ref Candidate candidate)
    {
        var rules = _snapshot.Rules;
        for (var i = 0; i < rules.Length; i++)
        {
            if (!_holds[i])
            {
                continue;
            }

            var rule = rules[i];
            if (rule.Excludes(index))
            {
                return Reject(ref candidate, RejectionReason.ExcludedByRule, rule.Exclusion);
            }

            if (!rule.Targets(index))
            {
                continue;
            }

            candidate.Words ??= rule.Note;
            if (rule.Effect == RuleEffect.Prefer && candidate.Rule == 0)
            {
                candidate.Rule = rule.Confidence;
            }
        }

        return true;
    }

    private void IsCallable(ref Candidate candidate)
    {
        var availability = _context.Availability.GetAvailability(candidate.Entry.Model);
        if (availability.State == RouteState.Ready)
        {
            candidate.IsReady = true;
            if (availability.Load > TimeSpan.Zero || availability.Turns > 0)
            {
                candidate.LoadMs = (float)availability.Load.TotalMilliseconds;
                candidate.Turns = (float)availability.Turns;
                candidate.Words ??= availability.Detail;
            }

            return;
        }

        candidate.RetryAt = availability.RetryAt?.UtcTicks ?? long.MaxValue;
        Reject(ref candidate, ReasonOf(availability.State), availability.Detail);
    }

    private static RejectionReason ReasonOf(RouteState state) => state switch
    {
        RouteState.CoolingDown => RejectionReason.CoolingDown,
        RouteState.CircuitOpen => RejectionReason.CircuitOpen,
        _ => RejectionReason.ProviderUnhealthy,
    };

    private static bool Reject(ref Candidate candidate, RejectionReason reason, string? words)
    {
        candidate.IsRejected = true;
        candidate.Rejection = reason;
        candidate.Words = words;
        return false;
    }
}
