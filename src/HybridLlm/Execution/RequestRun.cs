using HybridLlm.Experiments;
using HybridLlm.Selection;
using Microsoft.Extensions.AI;

namespace HybridLlm.Execution;

/// <summary>One request on its way through its routes: which were tried, what they came to, and how much time is left.</summary>
/// <remarks>One flow of control at a time uses it; only <see cref="Remaining"/> is read by timers.</remarks>
internal sealed class RequestRun
{
    private readonly RouteTable _routes;
    private readonly ExecutionSettings _settings;
    private readonly OutcomeRecorder _recorder;
    private readonly long _began;
    private readonly int _routeCount;
    private uint _tried;
    private uint _retryable;
    private int _attempts;
    private int _contextToExceed;

    public RequestRun(
        LlmRequest request,
        RoutingTrace trace,
        RouteTable routes,
        ExecutionSettings settings,
        OutcomeRecorder recorder,
        bool streamed,
        CancellationToken callerToken)
    {
        Request = request;
        Trace = trace;
        _routes = routes;
        _settings = settings;
        _recorder = recorder;
        Streamed = streamed;
        CallerToken = callerToken;
        _began = recorder.Time.GetTimestamp();
        recorder.Hedges.Earn(settings.Resilience.Hedging.MaxShare);
        _routeCount = Math.Min(trace.Plan.Routes.Count, settings.MaxRoutes);
    }

    public LlmRequest Request { get; }

    public RoutingTrace Trace { get; }

    public bool Streamed { get; }

    public CancellationToken CallerToken { get; }

    public TimeSpan Total => Request.Timeout ?? _settings.Total;

    public TimeProvider Time => _recorder.Time;

    public HedgingOptions Hedging => _settings.Resilience.Hedging;

    public int InputTokens => Trace.Plan.Profile.EstimatedInputTokens;

    /// <summary>Gets or sets a check that the whole answer must pass: it returns what is wrong, or <see langword="null"/>.</summary>
    public Func<ChatResponse, string?>? Check { get; init; }

    /// <summary>Gets what watches over the answers; <see langword="null"/> when they are returned whatever they are worth.</summary>
    public Escalation? Escalation { get; init; }

    /// <summary>Gets what watches over the request; <see langword="null"/> when nobody listens.</summary>
    public RunObserver? Observer { get; init; }

    /// <summary>Gets or sets a value indicating whether the request's pipeline decides what comes after a failure of all routes.</summary>
    public bool IsInRetry { get; set; }

    public TimeSpan Remaining => Total - Time.GetElapsedTime(_began);

    public ProviderException? LastFailure { get; private set; }

    /// <summary>Gets a value indicating whether no other route could do better, because the request itself is at fault.</summary>
    public bool IsGivenUp { get; private set; }

    /// <summary>Gets how long the backends ask to be left alone, the least of those that may be tried again; <see langword="null"/> when none says.</summary>
    public TimeSpan? RetryAfter { get; private set; }

    /// <summary>Takes the next route that may be tried.</summary>
    public bool TryNext(bool isHedge, out Attempt attempt)
    {
        var index = NextIndex(isHedge);
        if (index < 0 || Remaining <= TimeSpan.Zero)
        {
            attempt = null!;
            return false;
        }

        _tried |= 1u << index;
        var model = ModelAt(index);
        attempt = new(this, model, _routes.Find(model), ++_attempts, isHedge);
        return true;
    }

    /// <summary>Tells whether there is a route that may be started beside a slow one.</summary>
    public bool HasHedge() => NextIndex(isHedge: true) >= 0;

    /// <summary>Tells whether there is a route that was not tried yet.</summary>
    public bool HasAnother() => NextIndex(isHedge: false) >= 0;

    /// <summary>Gets the messages for a model: the caller's, or what the variant of an experiment makes of them.</summary>
    public IReadOnlyList<ChatMessage> MessagesFor(ModelProfile model) =>
        Trace.Plan.Experiment is { } experiment ? VariantRequest.MessagesFor(experiment, model, Request.Messages) : Request.Messages;

    /// <summary>Makes the options of an attempt: those of the call, and what escalation needs.</summary>
    public ChatOptions OptionsFor(ModelProfile model)
    {
        var options = CallOptions.For(Request, model, Trace.Plan, _settings.Defaults);
        if (Escalation is not null)
        {
            Escalation.AskForLogprobs(options, model);
        }

        return options;
    }

    public void SettleAnswered(Attempt attempt)
    {
        if (Settle(attempt))
        {
            Trace.Model = attempt.Model.Name;
            Trace.Provider = attempt.Model.Provider;
            _recorder.Answered(attempt);
        }
    }

    public void SettleFailed(Attempt attempt, ProviderException failure)
    {
        if (!Settle(attempt))
        {
            return;
        }

        var policy = ErrorPolicy.Of(failure.Kind);
        LastFailure = failure;
        IsGivenUp |= !policy.TriesNextRoute;
        if (policy.MayRetry)
        {
            _retryable |= 1u << IndexOf(attempt);
            RetryAfter = failure.RetryAfter is { } after && (RetryAfter is not { } least || after < least) ? after : RetryAfter;
        }

        if (failure.Kind == ProviderErrorKind.ContextExceeded)
        {
            _contextToExceed = Math.Max(_contextToExceed, failure.PromptTokens ?? failure.ContextLength ?? attempt.Model.ContextLength ?? 0);
        }

        _recorder.Failed(attempt, failure, _settings.Resilience.Cooldown);
    }

    public void SettleEscalated(Attempt attempt, double? agreement, string words)
    {
        if (Settle(attempt))
        {
            _recorder.Escalated(attempt, agreement, words);
        }
    }

    public void SettleCancelled(Attempt attempt, string words)
    {
        if (Settle(attempt))
        {
            _recorder.Cancelled(attempt, words);
        }
    }

    public void LogClosingFailed(Attempt attempt, Exception exception) => _recorder.ClosingFailed(attempt, exception);

    public void LogHedge(Attempt slow, Attempt hedge) => _recorder.Hedged(slow, hedge);

    /// <summary>Has a route looked at that was overtaken by its hedge: slowness may be a server that does not answer at all.</summary>
    public void Suspect(Attempt overtaken) => _recorder.Overtaken(overtaken);

    public bool TrySpendHedge() => _recorder.Hedges.TrySpend(Hedging.MaxShare);

    /// <summary>Tells whether it is worth trying the failed routes again after a wait.</summary>
    public bool CanRetry(RetryOptions options) =>
        !IsGivenUp && _retryable != 0 && !CallerToken.IsCancellationRequested
        && (RetryAfter is not { } after || after <= options.RetryAfterCap)
        && (RetryAfter ?? options.Delay) < Remaining;

    /// <summary>Lets a route be tried again that was given up for another one.</summary>
    public void Readmit(Attempt attempt) => _tried &= ~(1u << IndexOf(attempt));

    /// <summary>Lets the routes that failed for a passing reason be tried again.</summary>
    public void ReadmitFailedRoutes(TimeSpan delay)
    {
        _recorder.Retrying(Trace, delay);
        _tried &= ~_retryable;
        _retryable = 0;
        RetryAfter = null;
    }

    private static bool Settle(Attempt attempt)
    {
        if (attempt.IsSettled)
        {
            return false;
        }

        attempt.IsSettled = true;
        return true;
    }

    // A packed plan need not put a score together to tell its model.
    private ModelProfile ModelAt(int index) => Trace.Plan.Routes is RouteList packed ? packed.ModelAt(index) : Trace.Plan.Routes[index].Model;

    private int IndexOf(Attempt attempt)
    {
        for (var i = 0; i < _routeCount; i++)
        {
            if (ReferenceEquals(ModelAt(i), attempt.Model))
            {
                return i;
            }
        }

        return 0;
    }

    /// <summary>Finds the first untried route; one that began to rest after the plan was made comes only when no other is left.</summary>
    private int NextIndex(bool isHedge)
    {
        var resting = -1;
        for (var i = 0; i < _routeCount; i++)
        {
            if ((_tried & (1u << i)) != 0)
            {
                continue;
            }

            var model = ModelAt(i);
            if ((_contextToExceed > 0 && model.ContextLength is { } context && context <= _contextToExceed)
                || Escalation?.Admits(model) == false)
            {
                continue;
            }

            var runtime = _routes.Find(model);
            if (isHedge && runtime.Provider.Provider.Capabilities.IsMetered)
            {
                continue;
            }

            if (runtime.GetAvailability().State == RouteState.Ready)
            {
                return i;
            }

            resting = resting < 0 ? i : resting;
        }

        return isHedge ? -1 : resting;
    }
}
