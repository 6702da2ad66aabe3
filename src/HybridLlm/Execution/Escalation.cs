using System.Globalization;
using HybridLlm.Confidence;
using Microsoft.Extensions.AI;

namespace HybridLlm.Execution;

/// <summary>One request's answers on their way to be believed: judges each, has a stronger model asked, and settles which one is returned.</summary>
/// <remarks>One flow of control at a time uses it, as its <see cref="RequestRun"/>.</remarks>
internal sealed class Escalation(
    Escalator escalator, LlmRequest request, RoutePlan plan, double threshold, int mostEscalations, EscalationOptions options)
{
    /// <summary>How much surer a weaker model's answer must be to be preferred to a stronger model's.</summary>
    private const double Handicap = 0.1;

    /// <summary>Longer answers to the same question differ in their words whoever is right.</summary>
    private const int LongestComparable = 600;

    /// <summary>An answer that is believed in less proves nothing about another one.</summary>
    private const double LeastForVerdict = 0.5;

    private readonly long _began = escalator.Time.GetTimestamp();
    private Held? _held;
    private Attempt? _beginning;
    private int _escalations;
    private bool _isOver;

    /// <summary>Gets a value indicating whether the caller asked for the token probabilities, so that they are left in the answer.</summary>
    public bool LeavesLogprobs { get; } = request.Options?.AdditionalProperties?.ContainsKey(HybridLlmOptionKeys.Logprobs) == true;

    /// <summary>Tells whether a model may be tried: once an answer is held, only stronger ones.</summary>
    public bool Admits(ModelProfile model) =>
        (_held?.Attempt ?? _beginning) is not { } held || _isOver || RouteStrength.IsStronger(model, held.Model, plan.Profile.TaskType);

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
        var confidence = await JudgeAsync(run, attempt, response, isBeginning: false).ConfigureAwait(false);
        var answer = new Held(attempt, response, confidence);
        var best = _held is { } held ? Settle(run, held, answer) : answer;
        if (confidence.Value >= threshold || best.Confidence.Value >= threshold)
        {
            return Return(run, best);
        }

        var earlier = _held;
        _held = best;
        if (CanEscalate(run))
        {
            _escalations++;
            return null;
        }

        _held = earlier;
        return Return(run, best);
    }

    /// <summary>Holds back the beginning of a stream and judges it.</summary>
    /// <returns>Whether the caller may see it; otherwise a stronger model is to be asked, or another route because this one broke off.</returns>
    public async ValueTask<bool> KeepsAsync(RequestRun run, Attempt attempt)
    {
        if (_isOver || _escalations >= mostEscalations)
        {
            return true;
        }

        var stream = attempt.Stream!;
        if (!await stream.HoldBackAsync(options.HoldBackTokens).ConfigureAwait(false))
        {
            return false;
        }

        var confidence = await JudgeAsync(run, attempt, stream.Beginning(), isBeginning: !stream.IsWhole).ConfigureAwait(false);
        if (confidence.Value >= threshold)
        {
            return true;
        }

        var earlier = _beginning;
        SettleBeginning(run, attempt);
        _beginning = attempt;
        if (CanEscalate(run))
        {
            _escalations++;
            return false;
        }

        _beginning = earlier;
        return true;
    }

    /// <summary>Records that a stronger model has taken over from a stream that was held back.</summary>
    public void SettleBeginning(RequestRun run, Attempt by)
    {
        if (_beginning is { } first && first != by)
        {
            run.SettleEscalated(first, null, Words($"{by.Model.Name} was asked"));
            _beginning = null;
        }
    }

    /// <summary>Lets a route be asked again whose stream was given up for a stronger model that failed.</summary>
    /// <returns>Whether there is one.</returns>
    public bool TryReturnToBeginning(RequestRun run)
    {
        if (_beginning is not { } first || _isOver || run.IsGivenUp)
        {
            return false;
        }

        _isOver = true;
        run.SettleCancelled(first, Words("a stronger model was asked, which failed"));
        run.Readmit(first);
        return true;
    }

    /// <summary>Returns the answer that is held when no stronger one came; <see langword="null"/> when none is held.</summary>
    public ChatResponse? TakeHeld(RequestRun run) => _held is { } held ? Return(run, held) : null;

    /// <summary>Takes notice that an answer did not pass its check.</summary>
    public void FailedCheck() => escalator.Experience.FailedCheck(plan.Profile.TaskType);

    /// <summary>Records answers that nobody will see, because the request was given up meanwhile.</summary>
    public void Abandon(RequestRun run)
    {
        if ((_held?.Attempt ?? _beginning) is { } waiting)
        {
            run.SettleCancelled(waiting, "the caller cancelled while a stronger model was asked");
        }
    }

    private async ValueTask<AnswerConfidence> JudgeAsync(RequestRun run, Attempt attempt, ChatResponse response, bool isBeginning)
    {
        var context = new ConfidenceContext
        {
            Request = request,
            Profile = plan.Profile,
            Model = attempt.Model,
            Response = response,
            IsBeginning = isBeginning,
        };
        try
        {
            return attempt.Confidence = await escalator.Judge.JudgeAsync(context, threshold, run.CallerToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            run.SettleCancelled(attempt, "the caller cancelled while the answer was judged");
            throw;
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
        if (!LeavesLogprobs)
        {
            Logprobs.RemoveFrom(best.Response);
        }

        return best.Response;
    }

    /// <summary>Settles which of two answers is the better one.</summary>
    private Held Settle(RequestRun run, Held first, Held second)
    {
        var agreement = AnswerAgreement.Of(first.Response.Text, second.Response.Text);
        if (agreement < EscalationExperience.Agreement && first.Confidence.Value > second.Confidence.Value + Handicap)
        {
            run.SettleCancelled(second.Attempt, Words($"was asked because of the answer of {first.Attempt.Model.Name}, and is less sure still"));
            return first;
        }

        run.SettleEscalated(
            first.Attempt,
            IsVerdict(first, second, agreement) ? agreement : null,
            Words($"{second.Attempt.Model.Name} was asked, which says {(agreement >= EscalationExperience.Agreement ? "the same" : "something else")}"));
        return second;
    }

    /// <summary>Tells whether the second answer says something about the first: that it is the same does; that it is another one only if there is one right answer.</summary>
    private static bool IsVerdict(Held first, Held second, double agreement) =>
        second.Confidence.Value >= LeastForVerdict
        && (agreement >= EscalationExperience.Agreement || Math.Max(first.Response.Text.Length, second.Response.Text.Length) <= LongestComparable);

    private bool CanEscalate(RequestRun run) =>
        _escalations < mostEscalations && escalator.Time.GetElapsedTime(_began) <= options.Budget && run.HasAnother();

    private string Words(string what) => string.Create(CultureInfo.InvariantCulture, $"confidence below {threshold:0.00}: {what}");

    /// <summary>An answer that was judged.</summary>
    private sealed record Held(Attempt Attempt, ChatResponse Response, AnswerConfidence Confidence);
}
