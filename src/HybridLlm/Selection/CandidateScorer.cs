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

    private const double TokensOfAPrice = 1_000_000;
    private const double UsualAnswer = 256;

    private readonly Span<Candidate> _candidates;
    private readonly TaskPolicy _policy;
    private readonly Strategy _strategy;
    private readonly RoutingOptions _options;
    private readonly Weights _weights;
    private readonly double _measured;
    private readonly double _largest;
    private readonly double _perSpeed;
    private readonly double _perThroughput;
    private readonly bool _isTimed;
    private readonly double _dearest;
    private readonly double _widest;
    private readonly TaskProfile _profile;

    /// <summary>Scores the candidates that are not rejected.</summary>
    /// <param name="candidates">The candidates with their measurements.</param>
    /// <param name="policy">The policy of the task.</param>
    /// <param name="strategy">What counts.</param>
    /// <param name="profile">What the request is.</param>
    /// <param name="options">The routing policy.</param>
    public CandidateScorer(Span<Candidate> candidates, TaskPolicy policy, Strategy strategy, TaskProfile profile, RoutingOptions options)
    {
        _profile = profile;
        _candidates = candidates;
        _policy = policy;
        _strategy = strategy;
        _options = options;
        (Evidence, _largest) = Extremes(candidates);
        _measured = Evidence > 0 ? Evidence / (Evidence + options.PriorStrength) : 0;
        _weights = strategy.Cold.Towards(strategy.Measured, _measured);

        // What the fastest candidate gets is the whole weight; what counts for nothing is not worked out.
        _perSpeed = _weights.Speed > 0 ? _weights.Speed / ExpectRates(tokens: false, out _isTimed) : 0;
        _perThroughput = _weights.Throughput > 0 ? _weights.Throughput / ExpectRates(tokens: true, out _) : 0;
        (_dearest, _widest) = _weights.Cost > 0 || _weights.Memory > 0 ? Dearest() : default;
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
        var isProven = IsProven(candidate);
        var size = candidate.Entry.Size;
        return new()
        {
            // A rating comes without its number of votes, so it never outweighs the profile.
            Quality = _weights.Quality * (double.IsNaN(candidate.Rating) ? assumed : Blend(assumed, candidate.Rating, Math.Min(candidate.Evidence, _options.PriorStrength))),
            Success = _weights.Success * candidate.ExpectedSuccess,
            Speed = _perSpeed * candidate.Speed,
            Throughput = _perThroughput * candidate.Throughput,
            Preference = candidate.Preference * (1 - _measured),
            Rule = candidate.Rule,
            AccuracyBoost = isProven ? _options.AccuracyBoost : 0,
            SmallModel = isProven && _policy.RewardsSmallModels && size > 0 ? SmallModelBonus * (1 - (size / _largest)) : 0,
            Cost = _dearest > 0 ? _weights.Cost * (1 - (CostOf(candidate) / _dearest)) : 0,
            Memory = _widest > 0 ? _weights.Memory * (1 - (MemoryOf(candidate) / _widest)) : 0,
            ExpectedMs = _isTimed ? 1 / candidate.Speed : 0,
            Evidence = candidate.Evidence,
        };
    }

    /// <summary>Gets what the total of a candidate would be if its success were another than expected.</summary>
    /// <remarks>A success above the threshold brings the boost, as it would once it were proven, as far as evidence has taken over.</remarks>
    public double TotalWith(double success, int index)
    {
        ref readonly var candidate = ref _candidates[index];
        var isProven = IsProven(candidate);
        var boost = success > _options.AccuracyBoostAbove ? isProven ? 0 : _measured : isProven ? -1 : 0;
        return candidate.Total + (_weights.Success * (success - candidate.ExpectedSuccess)) + (boost * _options.AccuracyBoost);
    }

    private bool IsProven(in Candidate candidate) =>
        _strategy.IsBalanced && candidate.Evidence >= _options.MinimumEvidence
        && (candidate.IsMoved ? candidate.ExpectedSuccess : candidate.SuccessRate) > _options.AccuracyBoostAbove;

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

    /// <summary>Gets the price of the answer of the dearest candidate, and the memory of the largest.</summary>
    private (double Cost, double Memory) Dearest()
    {
        double cost = 0, memory = 0;
        for (var i = 0; i < _candidates.Length; i++)
        {
            ref readonly var candidate = ref _candidates[i];
            if (!candidate.IsRejected)
            {
                cost = Math.Max(cost, CostOf(candidate));
                memory = Math.Max(memory, candidate.Entry.Model.MemoryMB ?? 0);
            }
        }

        return (cost, memory);
    }

    /// <summary>Gets the price of the answer: of the prompt, and of as many tokens as the model usually answers with, or else as the request is estimated to need.</summary>
    private double CostOf(in Candidate candidate)
    {
        var model = candidate.Entry.Model;
        var output = candidate.OutputTokens > 0 ? candidate.OutputTokens : _profile.EstimatedOutputTokens > 0 ? _profile.EstimatedOutputTokens : UsualAnswer;
        return ((_profile.EstimatedInputTokens * model.InputPrice) + (output * model.OutputPrice)) / TokensOfAPrice;
    }

    // A model of which nobody says what it takes is no reason to hope.
    private double MemoryOf(in Candidate candidate) => candidate.Entry.Model.MemoryMB ?? _widest;

    private static ref double RateOf(ref Candidate candidate, bool tokens) => ref tokens ? ref candidate.Throughput : ref candidate.Speed;

    private double Blend(double assumed, double measured, double evidence) =>
        evidence > 0 ? ((assumed * _options.PriorStrength) + (measured * evidence)) / (_options.PriorStrength + evidence) : assumed;

    /// <summary>Turns the measured rates of the candidates into the expected ones.</summary>
    /// <param name="tokens">Whether the rates are tokens per second, rather than answers per millisecond.</param>
    /// <param name="isTimed">Whether they say how long an answer takes, rather than only how models compare.</param>
    /// <returns>The highest of them.</returns>
    /// <remarks>
    /// Assumed speeds only say how models compare. What is measured of some of them says what an assumed speed of 1 comes to here, and so puts
    /// those that were never called on the same scale.
    /// </remarks>
    private double ExpectRates(bool tokens, out bool isTimed)
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

        var unit = calls > 0 ? sum / calls : tokens ? 1 : 1 / PredictedDuration.OfAssumedSpeed;
        double highest = 0;
        isTimed = calls > 0;
        for (var i = 0; i < _candidates.Length; i++)
        {
            ref var candidate = ref _candidates[i];
            if (!candidate.IsRejected)
            {
                ref var rate = ref RateOf(ref candidate, tokens);
                rate = Blend(unit * _policy.Models[i].Speed, rate, rate > 0 ? candidate.Successes : 0);
                if (!tokens && (candidate.LoadMs > 0 || candidate.Turns > 0))
                {
                    // What passes before it begins is part of the answer's time.
                    rate /= 1 + candidate.Turns + (candidate.LoadMs * rate);
                    isTimed = true;
                }

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
