using System.Globalization;
using HybridLlm.Confidence;
using Microsoft.Extensions.AI;

namespace HybridLlm.Execution;

/// <summary>One request's answers on their way to be believed: judges each, has a stronger model asked, and settles which one is returned.</summary>
/// <remarks>One flow of control at a time uses it, as its <see cref="RequestRun"/>.</remarks>
internal sealed class Escalation(Escalator escalator, LlmRequest request, RoutePlan plan, double threshold, EscalationOptions options)
{
    /// <summary>How much surer a weaker model's answer must be to be preferred to a stronger model's.</summary>
    private const double Handicap = 0.1;

    /// <summary>From here on two answers say the same, and up to there they contradict each other.</summary>
    private const double Agreement = 0.9;
    private const double Contradiction = 0.7;

    /// <summary>Longer answers to the same question differ in their words whoever is right.</summary>
    private const int LongestComparable = 600;

    /// <summary>What another model's word counts against a user's.</summary>
    private const double WeightOfVerdict = 0.5;

    /// <summary>An answer that is believed in less proves nothing about another one.</summary>
    private const double LeastForVerdict = 0.5;

    private readonly long _began = escalator.Time.GetTimestamp();
    private Held? _held;
    private int _escalations;

    /// <summary>Tells whether a model may be tried: once an answer is held, only stronger ones.</summary>
    public bool Admits(ModelProfile model) =>
        _held is not { } held || RouteStrength.IsStronger(model, held.Attempt.Route.Model, plan.Profile.TaskType);

    /// <summary>Asks for token probabilities where they can be had.</summary>
    public static void AskForLogprobs(ChatOptions options, ModelProfile model)
    {
        if (model.Features.HasFlag(LlmFeatures.Logprobs) && options.AdditionalProperties?.ContainsKey(HybridLlmOptionKeys.Logprobs) != true)
        {
            (options.AdditionalProperties ??= [])[HybridLlmOptionKeys.Logprobs] = true;
        }
    }

    /// <summary>Judges a complete answer.</summary>
    /// <returns>The answer to return; <see langword="null"/> when a stronger model is to be asked.</returns>
    public async ValueTask<ChatResponse?> ConsiderAsync(RequestRun run, Attempt attempt, ChatResponse response)
    {
        try
        {
            attempt.Confidence = await escalator.Judge.JudgeAsync(ContextOf(attempt, response), threshold, run.CallerToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            run.SettleCancelled(attempt, "the caller cancelled while the answer was judged");
            throw;
        }

        var answer = new Held(attempt, response, attempt.Confidence);
        var best = _held is { } held ? Settle(run, held, answer) : answer;
        if (best.Confidence.Value < threshold && CanEscalate(run, best))
        {
            _escalations++;
            _held = best;
            return null;
        }

        return Return(run, best);
    }

    /// <summary>Returns the answer that is held when no stronger one came; <see langword="null"/> when none is held.</summary>
    public ChatResponse? TakeHeld(RequestRun run) => _held is { } held ? Return(run, held) : null;

    /// <summary>Records an answer that nobody will see, because the request was given up meanwhile.</summary>
    public void Abandon(RequestRun run)
    {
        if (_held is { } held)
        {
            run.SettleCancelled(held.Attempt, "the caller cancelled while a stronger model was asked");
        }
    }

    private ChatResponse Return(RequestRun run, Held best)
    {
        // A check reads the value of a typed answer, and the last one that it read may be another one.
        if (_held is not null)
        {
            run.Check?.Invoke(best.Response);
        }

        _held = null;
        run.SettleAnswered(best.Attempt);
        if (request.Options?.AdditionalProperties?.ContainsKey(HybridLlmOptionKeys.Logprobs) != true)
        {
            Logprobs.RemoveFrom(best.Response);
        }

        return best.Response;
    }

    /// <summary>Settles which of two answers is the better one, and learns from it what the weaker model's was worth.</summary>
    private Held Settle(RequestRun run, Held first, Held second)
    {
        var agreement = AnswerAgreement.Of(first.Response.Text, second.Response.Text);
        Learn(first, second, agreement);
        var threshold1 = string.Create(CultureInfo.InvariantCulture, $"{threshold:0.00}");
        if (agreement < Agreement && first.Confidence.Value > second.Confidence.Value + Handicap)
        {
            run.SettleCancelled(second.Attempt, $"was asked because the answer of {first.Attempt.Route.Model.Name} was below {threshold1}, and is less sure still");
            return first;
        }

        run.SettleEscalated(
            first.Attempt,
            agreement,
            $"below {threshold1}, so {second.Attempt.Route.Model.Name} was asked, which says {(agreement >= Agreement ? "the same" : "something else")}");
        return second;
    }

    private void Learn(Held first, Held second, double agreement)
    {
        var isComparable = Math.Max(first.Response.Text.Length, second.Response.Text.Length) <= LongestComparable;
        double? label = agreement >= Agreement ? 1 : agreement < Contradiction && isComparable ? 0 : null;
        if (label is { } verdict && second.Confidence.Value >= LeastForVerdict)
        {
            escalator.Learn(
                first.Attempt.Route.Model.Name, plan.Profile.TaskType, first.Confidence, verdict, WeightOfVerdict, first.Attempt.Run.Trace.ResponseId);
        }
    }

    private bool CanEscalate(RequestRun run, Held best)
    {
        if (_escalations >= options.MaxEscalations || escalator.Time.GetElapsedTime(_began) > options.Budget)
        {
            return false;
        }

        var earlier = _held;
        _held = best;
        var can = run.HasAnother();
        _held = earlier;
        return can;
    }

    private ConfidenceContext ContextOf(Attempt attempt, ChatResponse response) => new()
    {
        Request = request,
        Profile = plan.Profile,
        Model = attempt.Route.Model,
        Response = response,
    };

    /// <summary>An answer that was judged.</summary>
    private sealed record Held(Attempt Attempt, ChatResponse Response, AnswerConfidence Confidence);
}
