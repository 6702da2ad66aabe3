using System.Buffers;
using System.Numerics;

namespace HybridLlm.Selection;

/// <summary>Puts scored candidates in order and writes them down as routes and rejections.</summary>
internal readonly ref struct PlanWriter
{
    /// <summary>How many candidates are put in order without renting memory.</summary>
    private const int OnStack = 32;

    private const ulong BehindAllScores = 1UL << 63;

    private readonly Span<Candidate> _candidates;
    private readonly TaskPolicy _policy;
    private readonly CandidateScorer _scorer;
    private readonly RouteList _routes;

    /// <param name="candidates">The candidates, scored.</param>
    /// <param name="policy">The policy of the task.</param>
    /// <param name="scorer">What scored them.</param>
    /// <param name="models">The models, in the order of the candidates.</param>
    public PlanWriter(Span<Candidate> candidates, TaskPolicy policy, CandidateScorer scorer, ModelEntry[] models)
    {
        _candidates = candidates;
        _policy = policy;
        _scorer = scorer;
        _routes = new(models, CountRoutes(candidates), scorer.Parts);
    }

    /// <summary>Counts the candidates that are not rejected.</summary>
    public static int CountRoutes(ReadOnlySpan<Candidate> candidates)
    {
        var count = 0;
        for (var i = 0; i < candidates.Length; i++)
        {
            count += candidates[i].IsRejected ? 0 : 1;
        }

        return count;
    }

    /// <summary>Writes the named model and then its fallbacks, whatever their scores.</summary>
    public RouteList Pinned(int pinned)
    {
        var count = 0;
        Place(pinned, ref count);
        PlaceFallbacks(_candidates[pinned].Entry, ref count);
        return _routes;
    }

    /// <summary>Writes the routes in order of their scores; behind all those that can be called now, the others by when they are worth asking again.</summary>
    /// <param name="fallbacksFirst">Whether the fallbacks of the first route come directly behind it.</param>
    /// <param name="lead">What stands ahead of all scores.</param>
    public RouteList ByScore(bool fallbacksFirst, Lead lead)
    {
        if (_routes.Count == 0)
        {
            return _routes;
        }

        ulong[]? rented = null;
        var keys = _routes.Count <= OnStack ? stackalloc ulong[OnStack] : (rented = ArrayPool<ulong>.Shared.Rent(_routes.Count));
        keys = keys[.._routes.Count];
        var positions = Sort(keys);
        var count = 0;
        if (lead.Index >= 0)
        {
            _candidates[lead.Index].Say(lead.Words);
            Place(lead.Index, ref count);
            if (lead.Stays)
            {
                PlaceFallbacks(_candidates[lead.Index].Entry, ref count);
                fallbacksFirst = false;
            }
        }

        for (var i = 0; i < keys.Length; i++)
        {
            var index = _policy.Order[(int)(keys[i] & positions)];
            Place(index, ref count);
            if (i == 0 && fallbacksFirst)
            {
                PlaceFallbacks(_candidates[index].Entry, ref count);
            }
        }

        if (rented is not null)
        {
            ArrayPool<ulong>.Shared.Return(rented);
        }

        return _routes;
    }

    /// <summary>Writes the models that are not among the routes, in the order of the catalog.</summary>
    public RejectedModel[] Rejected()
    {
        if (_routes.Count == _candidates.Length)
        {
            return [];
        }

        var rejected = new RejectedModel[_candidates.Length - _routes.Count];
        var count = 0;
        for (var i = 0; i < _candidates.Length; i++)
        {
            ref readonly var candidate = ref _candidates[i];
            if (candidate.IsRejected)
            {
                rejected[count++] = new(candidate.Entry.Model, candidate.Rejection, candidate.Words);
            }
        }

        return rejected;
    }

    /// <summary>Sorts one number per route, which is far cheaper than sorting the routes.</summary>
    /// <returns>The mask under which a key holds the candidate's position in the policy's order.</returns>
    /// <remarks>
    /// The bits of a score that is not negative rise with the score, so their complement falls. The lowest bits make room for the position, which
    /// thereby settles ties; what is left of the score is exact to some 13 digits.
    /// </remarks>
    private ulong Sort(Span<ulong> keys)
    {
        var positions = BitOperations.RoundUpToPowerOf2((ulong)_policy.Order.Length) - 1;
        var count = 0;
        for (var i = 0; i < _policy.Order.Length; i++)
        {
            ref readonly var candidate = ref _candidates[_policy.Order[i]];
            if (!candidate.IsRejected)
            {
                var place = candidate.IsReady
                    ? BehindAllScores - 1 - BitConverter.DoubleToUInt64Bits(Math.Max(0, candidate.Total))
                    : BehindAllScores | (ulong)candidate.RetryAt;
                keys[count++] = (place & ~positions) | (uint)i;
            }
        }

        keys.Sort();
        return positions;
    }

    private void PlaceFallbacks(ModelEntry first, ref int count)
    {
        foreach (var index in first.Fallbacks)
        {
            ref var fallback = ref _candidates[index];
            if (fallback.IsReady)
            {
                fallback.Say(first.FallbackNote);
            }

            Place(index, ref count);
        }
    }

    private void Place(int index, ref int count)
    {
        ref var candidate = ref _candidates[index];
        if (!candidate.IsRejected && !candidate.IsPlaced)
        {
            candidate.IsPlaced = true;
            _routes.Set(count++, index, _scorer.ScoreOf(index), candidate.Words);
        }
    }
}
