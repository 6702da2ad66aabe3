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
    private readonly Weights _weights;
    private readonly double _measured;
    private readonly double _largest;
    private readonly double _perSpeed;
    private readonly double _perThroughput;

    /// <summary>Scores the candidates that are not rejected.</summary>
    /// <param name="candidates">The candidates with their measurements.</param>
    /// <param name="policy">The policy of the task.</param>
    /// <param name="strategy">What counts.</param>
    /// <param name="options">The routing policy.</param>
    public CandidateScorer(Span<Candidate> candidates, TaskPolicy policy, Strategy strategy, RoutingOptions options)
    {
        _candidates = candidates;
        _policy = policy;
        _strategy = strategy;
        _options = options;
        (Evidence, _largest) = Extremes(candidates);
        _measured = Evidence > 0 ? Evidence / (Evidence + options.PriorStrength) : 0;
        _weights = strategy.Cold.Towards(strategy.Measured, _measured);

        // What the fastest candidate gets is the whole weight; what counts for nothing is not worked out.
        _perSpeed = _weights.Speed > 0 ? _weights.Speed / ExpectRates(tokens: false) : 0;
        _perThroughput = _weights.Throughput > 0 ? _weights.Throughput / ExpectRates(tokens: true) : 0;
        if (strategy.IsBalanced && policy.HasPreferences)
        {
            Prefer();
        }

        Parts = RouteParts.Evidence | RouteParts.Quality | RouteParts.Success;
        for (var i = 0; i < candidates.Length; i++)
        {
            if (!candidates[i].IsRejected)
            {
                var score = ScoreOf(i);
                candidates[i].Total = score.Total;
                Parts |= RouteList.PartsOf(score);
            }
        }
    }

    /// <summary>Gets the evidence behind the best measured candidate, in calls.</summary>
    public double Evidence { get; }

    /// <summary>Gets the parts that any of the scores has.</summary>
    public RouteParts Parts { get; }

    /// <summary>Gets the score of a candidate.</summary>
    public RouteScore ScoreOf(int index)
    {
        ref readonly var candidate = ref _candidates[index];
        var assumed = _policy.Models[index].Quality;
        var isProven = _strategy.IsBalanced && candidate.Evidence >= _options.MinimumEvidence && candidate.SuccessRate > _options.AccuracyBoostAbove;
        var size = candidate.Entry.Size;
        return new()
        {
            // A rating comes without its number of votes, so it never outweighs the profile.
            Quality = _weights.Quality * (double.IsNaN(candidate.Rating) ? assumed : Blend(assumed, candidate.Rating, Math.Min(candidate.Evidence, _options.PriorStrength))),
            Success = _weights.Success * Blend(assumed, candidate.SuccessRate, candidate.Evidence),
            Speed = _perSpeed * candidate.Speed,
            Throughput = _perThroughput * candidate.Throughput,
            Preference = candidate.Preference * (1 - _measured),
            Rule = candidate.Rule,
            AccuracyBoost = isProven ? _options.AccuracyBoost : 0,
            SmallModel = isProven && _policy.RewardsSmallModels && size > 0 ? SmallModelBonus * (1 - (size / _largest)) : 0,
            Evidence = candidate.Evidence,
        };
    }

    private static (double Evidence, double Size) Extremes(ReadOnlySpan<Candidate> candidates)
    {
        double evidence = 0, size = 0;
        for (var i = 0; i < candidates.Length; i++)
        {
            ref readonly var candidate = ref candidates[i];
            if (!candidate.IsRejected)
            {
                evidence = candidate.Evidence > evidence ? candidate.Evidence : evidence;
                size = candidate.Entry.Size > size ? candidate.Entry.Size : size;
            }
        }

        return (evidence, size);
    }

    private static ref double RateOf(ref Candidate candidate, bool tokens) => ref tokens ? ref candidate.Throughput : ref candidate.Speed;

    private double Blend(double assumed, double measured, double evidence) =>
        evidence > 0 ? ((assumed * _options.PriorStrength) + (measured * evidence)) / (_options.PriorStrength + evidence) : assumed;

    /// <summary>Turns the measured rates of the candidates into the expected ones.</summary>
    /// <returns>The highest of them.</returns>
    /// <remarks>
    /// Assumed speeds only say how models compare. What is measured of some of them says what an assumed speed of 1 comes to here, and so puts
    /// those that were never called on the same scale.
    /// </remarks>
    private double ExpectRates(bool tokens)
    {
        double calls = 0, sum = 0;
        for (var i = 0; i < _candidates.Length; i++)
        {
            ref var candidate = ref _candidates[i];
            var rate = RateOf(ref candidate, tokens);
            if (!candidate.IsRejected && rate > 0)
            {
                calls += candidate.Successes;
                sum += candidate.Successes * rate / _policy.Models[i].Speed;
            }
        }

        var unit = calls > 0 ? sum / calls : 1;
        double highest = 0;
        for (var i = 0; i < _candidates.Length; i++)
        {
            ref var candidate = ref _candidates[i];
            if (!candidate.IsRejected)
            {
                ref var rate = ref RateOf(ref candidate, tokens);
                rate = Blend(unit * _policy.Models[i].Speed, rate, rate > 0 ? candidate.Successes : 0);
                highest = rate > highest ? rate : highest;
            }
        }

        return highest;
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
            if (!_candidates[i].IsRejected)
            {
                fastest = Math.Max(fastest, _policy.Models[i].Speed);
            }
        }

        var best = double.NegativeInfinity;
        for (var i = _policy.Order.Length - 1; i >= 0; i--)
        {
            var index = _policy.Order[i];
            ref var candidate = ref _candidates[index];
            if (candidate.IsRejected)
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
