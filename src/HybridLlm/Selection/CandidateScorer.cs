namespace HybridLlm.Selection;

/// <summary>Scores candidates: what is expected of each, blended from profile and measurements, times the weights. docs/routing.md has the formulas.</summary>
internal readonly ref struct CandidateScorer
{
    /// <summary>What being said to be meant for the task adds while nothing is measured.</summary>
    internal const double MeantBonus = 0.1;

    /// <summary>By how much a preferred model is put ahead of those it is preferred to while nothing is measured.</summary>
    internal const double PreferenceMargin = 0.05;

    /// <summary>What the smallest model gets at most for tool selection while its success is high.</summary>
    internal const double SmallModelBonus = 0.1;

    private readonly Span<Candidate> _candidates;
    private readonly TaskPolicy _policy;
    private readonly Strategy _strategy;
    private readonly RoutingOptions _options;
    private readonly bool _rewardsSmall;

    public CandidateScorer(Span<Candidate> candidates, TaskPolicy policy, Strategy strategy, RoutingOptions options, string taskType)
    {
        _candidates = candidates;
        _policy = policy;
        _strategy = strategy;
        _options = options;
        _rewardsSmall = strategy.IsBalanced && taskType == TaskTypes.ToolSelection;
    }

    /// <summary>Scores the candidates that are not rejected.</summary>
    /// <returns>The evidence behind the best measured of them, in calls.</returns>
    public double Score()
    {
        var most = ExpectSpeeds(out var largest);

        // How far the measurements have taken over from the static strategy, 0 to 1.
        var measured = most > 0 ? most / (most + _options.PriorStrength) : 0;
        if (_strategy.IsBalanced)
        {
            Prefer();
        }

        var weights = _strategy.Cold.Towards(_strategy.Measured, measured);
        for (var i = 0; i < _candidates.Length; i++)
        {
            ref var candidate = ref _candidates[i];
            if (candidate.Rejection is null)
            {
                candidate.Score = ScoreOf(candidate, _policy.Models[i].Quality, weights, measured, largest);
            }
        }

        return most;
    }

    private RouteScore ScoreOf(in Candidate candidate, double prior, in Weights weights, double measured, double largest)
    {
        // A rating comes without its number of votes, so it never outweighs the profile.
        var quality = candidate.Rating is { } rating ? Blend(prior, rating, Math.Min(candidate.Evidence, _options.PriorStrength)) : prior;
        var isProven = candidate.Evidence >= _options.MinimumEvidence && candidate.SuccessRate > _options.AccuracyBoostAbove;
        var size = candidate.Entry.Size;
        return new()
        {
            Quality = weights.Quality * quality,
            Success = weights.Success * Blend(prior, candidate.SuccessRate, candidate.Evidence),
            Speed = weights.Speed * candidate.Speed,
            Throughput = weights.Throughput * candidate.Throughput,
            Preference = candidate.Preference * (1 - measured),
            Rule = candidate.Rule,
            AccuracyBoost = isProven && _strategy.IsBalanced ? _options.AccuracyBoost : 0,
            SmallModel = isProven && _rewardsSmall && size > 0 ? SmallModelBonus * (1 - (size / largest)) : 0,
            Evidence = candidate.Evidence,
        };
    }

    private double Blend(double prior, double value, double evidence) =>
        evidence > 0 ? ((prior * _options.PriorStrength) + (value * evidence)) / (_options.PriorStrength + evidence) : prior;

    /// <summary>Works out the expected speeds, each in relation to the fastest candidate.</summary>
    /// <remarks>
    /// Assumed speeds only say how models compare. What is measured of some of them says what an assumed speed of 1 comes to in answers per
    /// millisecond here, and so puts those that were never called on the same scale.
    /// </remarks>
    private double ExpectSpeeds(out double largest)
    {
        double most = 0, latencyCalls = 0, latencyScale = 0, tokenCalls = 0, tokenScale = 0;
        largest = 0;
        for (var i = 0; i < _candidates.Length; i++)
        {
            ref readonly var candidate = ref _candidates[i];
            if (candidate.Rejection is not null)
            {
                continue;
            }

            most = Math.Max(most, candidate.Evidence);
            largest = Math.Max(largest, candidate.Entry.Size);
            var assumed = _policy.Models[i].Speed;
            if (candidate.LatencyMs > 0)
            {
                latencyCalls += candidate.Successes;
                latencyScale += candidate.Successes / (assumed * candidate.LatencyMs);
            }

            if (candidate.TokensPerSecond > 0)
            {
                tokenCalls += candidate.Successes;
                tokenScale += candidate.Successes * candidate.TokensPerSecond / assumed;
            }
        }

        Relate(latencyCalls > 0 ? latencyScale / latencyCalls : 1, tokenCalls > 0 ? tokenScale / tokenCalls : 1);
        return most;
    }

    private void Relate(double speedUnit, double tokenUnit)
    {
        double fastest = 0, most = 0;
        for (var i = 0; i < _candidates.Length; i++)
        {
            ref var candidate = ref _candidates[i];
            if (candidate.Rejection is not null)
            {
                continue;
            }

            var assumed = _policy.Models[i].Speed;
            candidate.Speed = candidate.LatencyMs > 0 ? Blend(assumed * speedUnit, 1 / candidate.LatencyMs, candidate.Successes) : assumed * speedUnit;
            candidate.Throughput = candidate.TokensPerSecond > 0 ? Blend(assumed * tokenUnit, candidate.TokensPerSecond, candidate.Successes) : assumed * tokenUnit;
            fastest = Math.Max(fastest, candidate.Speed);
            most = Math.Max(most, candidate.Throughput);
        }

        for (var i = 0; i < _candidates.Length; i++)
        {
            ref var candidate = ref _candidates[i];
            if (candidate.Rejection is null)
            {
                candidate.Speed /= fastest;
                candidate.Throughput /= most;
            }
        }
    }

    /// <summary>
    /// Lifts each preferred model as little as it takes to stand ahead of those it is preferred to while nothing is measured. As evidence comes,
    /// the lift fades.
    /// </summary>
    private void Prefer()
    {
        double fastest = 0;
        for (var i = 0; i < _candidates.Length; i++)
        {
            if (_candidates[i].Rejection is null)
            {
                fastest = Math.Max(fastest, _policy.Models[i].Speed);
            }
        }

        var best = double.NegativeInfinity;
        for (var i = _policy.Order.Length - 1; i >= 0; i--)
        {
            var index = _policy.Order[i];
            ref var candidate = ref _candidates[index];
            if (candidate.Rejection is not null)
            {
                continue;
            }

            ref readonly var model = ref _policy.Models[index];
            var cold = _strategy.Cold;
            var assumed = ((cold.Quality + cold.Success) * model.Quality) + ((cold.Speed + cold.Throughput) * model.Speed / fastest);
            candidate.Preference = model.IsMeant ? MeantBonus : 0;
            if (i < _policy.PreferredCount && best > double.NegativeInfinity)
            {
                candidate.Preference = Math.Max(candidate.Preference, best + PreferenceMargin - assumed);
            }

            best = Math.Max(best, assumed + candidate.Preference);
        }
    }
}
