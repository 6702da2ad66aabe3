using System.Globalization;
using HybridLlm.Classification;
using HybridLlm.Learning;
using HybridLlm.Metrics;

namespace HybridLlm.Selection;

/// <summary>Reads what was measured of the candidates, and drops those that failed too often.</summary>
internal readonly ref struct CandidateEvidence
{
    /// <summary>Below this, words of the prompt do not move what is expected: a choice is not changed by what is not worth saying.</summary>
    private const double LeastMove = 0.05;

    private readonly SelectionContext _context;
    private readonly TaskPolicy _policy;
    private readonly IMeasurementSource? _source;
    private readonly MeasuredModels? _measured;
    private readonly PriorMasses _masses;
    private readonly ComplexityLevel? _complexity;
    private readonly PromptModels? _prompts;
    private readonly ushort[]? _features;

    /// <param name="context">The request and everything known that bears on it.</param>
    /// <param name="policy">The policy of the task.</param>
    public CandidateEvidence(SelectionContext context, TaskPolicy policy)
    {
        _context = context;
        _policy = policy;
        _source = context.Performance as IMeasurementSource;
        _measured = policy.Measured(_source?.FindTask(context.Profile.TaskType));
        _masses = new(context.Routing.PriorStrength, context.Routing.Learning.PriorMass);

        // A complexity that nobody told is no reason to look at one part.
        _complexity = context.Profile.ComplexityConfidence > 0 ? context.Profile.Complexity : null;
        if (_source?.Prompts is { IsQuiet: false } prompts && context.Routing.Learning.PerPrompt.Enabled)
        {
            _prompts = prompts;
            _features = PromptFeatures.Read(ConversationReader.Newest(context.Request.Messages, out _));
        }
    }

    /// <summary>Reads the measurements of the candidates that the filters left.</summary>
    /// <param name="candidates">The candidates.</param>
    /// <param name="floor">The accuracy below which a model is dropped; 0 to drop none.</param>
    /// <param name="belowFloor">Why such a model is dropped, in words.</param>
    public void Read(Span<Candidate> candidates, double floor, string belowFloor)
    {
        var enough = _context.Routing.MinimumEvidence;
        for (var i = 0; i < candidates.Length; i++)
        {
            ref var candidate = ref candidates[i];
            if (candidate.IsRejected)
            {
                continue;
            }

            Read(i, ref candidate, enough);
            if (candidate.SuccessRate < floor && candidate.Evidence >= enough)
            {
                candidate.IsRejected = true;
                candidate.Rejection = RejectionReason.AccuracyBelowFloor;
                candidate.Words = belowFloor;
            }
        }
    }

    private void Read(int index, ref Candidate candidate, double enough)
    {
        var assumed = _policy.Models[index].Quality;
        var model = candidate.Entry.Model;
        var taskType = _context.Profile.TaskType;
        var cell = _measured?.Find(index, model.Name);
        var measured = _source is null ? Measurement.Of(_context.Performance.GetPerformance(model.Name, taskType)) : cell?.All.Measure() ?? Measurement.None;
        var rating = measured.Rating;

        // A part cannot hold more than the whole.
        if (measured.Evidence >= enough && _complexity is { } complexity)
        {
            var part = _source is null
                ? Measurement.Of(_context.Performance.GetPerformance(model.Name, taskType, complexity))
                : cell?.At(complexity)?.Measure() ?? Measurement.None;
            if (part.Evidence >= enough)
            {
                rating = double.IsNaN(part.Rating) ? rating : part.Rating;
                measured = part;
            }
        }

        candidate.Rating = rating;
        candidate.Evidence = measured.Evidence;
        candidate.SuccessRate = measured.SuccessRate;
        candidate.OutputTokens = (float)measured.OutputTokens;
        candidate.Throughput = measured.TokensPerSecond;
        var duration = PredictedDuration.Of(measured, _context.Request.Options?.MaxOutputTokens);
        candidate.Speed = duration > 0 ? 1 / duration : 0;
        var success = cell is not null ? cell.Belief.Expect(assumed, _masses, _complexity, model.Version)
            : _source is not null ? _source.FindBelief(model.Name)?.Expect(assumed, _masses, model.Version) ?? new(assumed, _masses.Profile)
            : new Expectation(assumed, _masses.Profile).Narrow(new(measured.Evidence, candidate.Successes), _masses.Profile);
        candidate.ExpectedSuccess = success.Mean;
        candidate.SuccessMass = (float)success.Mass;
        if (_prompts?.Find(model.Name, model.Version) is { } prompts)
        {
            Move(ref candidate, prompts);
        }
    }

    /// <summary>Moves the expectation by what the words of the prompt say, where they say enough to be told to a person.</summary>
    private void Move(ref Candidate candidate, PromptModel prompts)
    {
        var alone = candidate.ExpectedSuccess;
        var moved = prompts.Move(alone, _features);
        if (Math.Abs(moved - alone) < LeastMove)
        {
            return;
        }

        candidate.ExpectedSuccess = moved;
        if (!candidate.IsMoved)
        {
            var before = candidate.Words is { } words ? $"{words}; " : null;
            candidate.IsMoved = true;
            candidate.Words = string.Create(CultureInfo.InvariantCulture, $"{before}prompts like this one: {moved:0%} instead of {alone:0%}, weight {prompts.Weight:0.0#}");
        }
    }
}
