using HybridLlm.Text;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace HybridLlm.Execution;

/// <summary>Says in one way what went wrong with an attempt, whatever threw it.</summary>
internal static class AttemptErrors
{
    /// <summary>Translates an exception.</summary>
    /// <returns>A <see cref="ProviderException"/>, or an <see cref="OperationCanceledException"/> when the caller left or another route won.</returns>
    public static Exception Translate(Attempt attempt, Exception exception) => exception switch
    {
        OperationCanceledException when attempt.Run.CallerToken.IsCancellationRequested => exception,
        OperationCanceledException when attempt.StopReason == AttemptStop.LostRace => exception,
        OperationCanceledException when attempt.StopReason != AttemptStop.None => Of(attempt, ProviderErrorKind.Timeout, StopWords(attempt), exception),
        TimeoutRejectedException => Of(attempt, ProviderErrorKind.Timeout, $"gave no answer within {AttemptBudgets.Hard(attempt)}", exception),
        BrokenCircuitException broken => CircuitOpen(attempt.Model, broken),
        _ => ForeignExceptions.Classify(exception, attempt.Model),
    };

    /// <summary>Makes an error whose message begins with the model and its provider.</summary>
    public static ProviderException Of(Attempt attempt, ProviderErrorKind kind, string words, Exception? cause = null)
    {
        var model = attempt.Model;
        return new(kind, $"{model.Name} at {model.Provider} {words}.", cause) { Provider = model.Provider, ModelId = model.ModelId };
    }

    /// <summary>Says why an attempt failed without repeating anything that the server said.</summary>
    public static string WordsOf(Attempt attempt, ProviderException failure) => attempt.StopReason switch
    {
        AttemptStop.FirstContentBudget => "no content in time (Timeouts:FirstToken, Timeouts:Load)",
        AttemptStop.IdleBudget => "too long a pause in the answer (Timeouts:Idle)",
        AttemptStop.TotalBudget => "the request's time is over (Timeouts:Total)",
        _ when !attempt.WasCalled && failure.Kind == ProviderErrorKind.Overloaded => "no place in its queue (MaxConcurrency, QueueLimit, QueueTimeout)",
        _ => FailureWords.Of(failure),
    };

    private static ProviderException CircuitOpen(ModelProfile model, BrokenCircuitException broken) =>
        new(ProviderErrorKind.Unavailable, $"{model.Name} at {model.Provider} is left alone for a while because it kept failing (circuit open)", broken)
        {
            Provider = model.Provider,
            ModelId = model.ModelId,
            RetryAfter = broken.RetryAfter,
        };

    private static string StopWords(Attempt attempt) => attempt.StopReason switch
    {
        AttemptStop.FirstContentBudget when !attempt.IsStream => $"gave no answer within {AttemptBudgets.FirstContent(attempt)}, the rest of the time is the next route's (Timeouts:Total)",
        AttemptStop.FirstContentBudget => $"gave no content within {AttemptBudgets.FirstContent(attempt)} (Timeouts:FirstToken, Timeouts:Load)",
        AttemptStop.IdleBudget => $"paused for more than {attempt.Pace.IdleBudget(attempt.Timeouts)} in its answer (Timeouts:Idle)",
        _ => $"was stopped because the request's {attempt.Run.Total} are over (Timeouts:Total)",
    };
}
