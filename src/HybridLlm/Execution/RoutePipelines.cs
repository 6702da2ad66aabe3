using System.Collections.Concurrent;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace HybridLlm.Execution;

/// <summary>The Polly pipelines of requests and routes, by name. An edit of their options replaces them; requests under way finish on the old ones.</summary>
/// <remarks>
/// Polly's registry would do the same, but wraps each pipeline in one that counts who is inside, and untyped pipelines box their results on
/// the way out: three more tasks for every call that waits.
/// </remarks>
internal sealed class RoutePipelines
{
    /// <summary>Under this key a request's pipeline finds the request.</summary>
    public static readonly ResiliencePropertyKey<RequestRun> RunKey = new("hybridllm.run");

    /// <summary>Under this key a route's pipeline finds the attempt.</summary>
    public static readonly ResiliencePropertyKey<Attempt> AttemptKey = new("hybridllm.attempt");

    private readonly ConcurrentDictionary<string, RoutePipeline> _routes = new();
    private readonly TimeProvider _time;
    private readonly Lock _edit = new();
    private volatile ResilienceOptions _options;
    private volatile ResiliencePipeline _request;

    public RoutePipelines(ResilienceOptions options, TimeProvider time)
    {
        _time = time;
        _options = options;
        _request = BuildRequest(options.Retry);
    }

    /// <summary>Gets the pipeline around a whole request.</summary>
    public ResiliencePipeline Request => _request;

    /// <summary>Takes over edited options. Of what can be edited only the breaker's own options replace a route's pipeline, so its state outlives all other edits.</summary>
    public void Apply(ResilienceOptions options)
    {
        lock (_edit)
        {
            var before = _options;
            _options = options;
            if (!Same(before.Retry, options.Retry))
            {
                _request = BuildRequest(options.Retry);
            }

            if (!Same(before.CircuitBreaker, options.CircuitBreaker))
            {
                foreach (var (target, route) in _routes)
                {
                    Build(route, target, options.CircuitBreaker);
                }
            }
        }
    }

    /// <summary>Gets the pipeline around each attempt of a route, given as <c>provider/model</c>.</summary>
    public RoutePipeline ForRoute(string target)
    {
        if (!_routes.TryGetValue(target, out var route))
        {
            lock (_edit)
            {
                route = _routes.GetOrAdd(target, static (target, self) => self.Build(new(), target, self._options.CircuitBreaker), this);
            }
        }

        return route;
    }

    private ResiliencePipeline BuildRequest(RetryOptions options)
    {
        var builder = new ResiliencePipelineBuilder { Name = "hybridllm.request", TimeProvider = _time };
        AddRetry(builder, options);
        return builder.Build();
    }

    private RoutePipeline Build(RoutePipeline route, string target, CircuitBreakerOptions options)
    {
        // A state provider belongs to one circuit for good, so each pipeline gets its own.
        var circuit = new CircuitBreakerStateProvider();
        var builder = new ResiliencePipelineBuilder<bool> { Name = "hybridllm.attempt", InstanceName = target, TimeProvider = _time };
        AddBreaker(builder, options, circuit);
        AddTimeout(builder);
        route.Replace(builder.Build(), circuit);
        return route;
    }

    private static void AddBreaker(ResiliencePipelineBuilder<bool> builder, CircuitBreakerOptions options, CircuitBreakerStateProvider state) =>
        builder.AddCircuitBreaker(new CircuitBreakerStrategyOptions<bool>
        {
            FailureRatio = options.FailureRatio,
            MinimumThroughput = options.MinimumThroughput,
            SamplingDuration = options.SamplingDuration,
            BreakDuration = options.BreakDuration,
            StateProvider = state,
            ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception switch
            {
                ProviderException e => ErrorPolicy.Of(e.Kind).CountsAgainstRoute,
                TimeoutRejectedException => true,
                // Polly takes whatever is not a failure for a success, and a success closes a half-open circuit. A trial call that its caller
                // cancelled proves nothing, so the circuit stays open then; a closed one takes no notice of it.
                OperationCanceledException => state.CircuitState == CircuitState.HalfOpen,
                _ => false,
            }),
        });

    /// <summary>Adds the budget, which is asked of each attempt.</summary>
    private static void AddTimeout(ResiliencePipelineBuilder<bool> builder) =>
        builder.AddTimeout(new TimeoutStrategyOptions
        {
            TimeoutGenerator = static args => ValueTask.FromResult(
                args.Context.Properties.TryGetValue(AttemptKey, out var attempt) ? AttemptBudgets.Hard(attempt) : Timeout.InfiniteTimeSpan),
        });

    private static void AddRetry(ResiliencePipelineBuilder builder, RetryOptions options)
    {
        if (options.MaxRetries == 0)
        {
            return;
        }

        builder.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = options.MaxRetries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = options.Delay,
            MaxDelay = options.MaxDelay,
            ShouldHandle = args => ValueTask.FromResult(
                args.Outcome.Exception is ProviderException
                && args.Context.Properties.TryGetValue(RunKey, out var run)
                && run.CanRetry(options)),
            DelayGenerator = static args => ValueTask.FromResult(
                args.Context.Properties.TryGetValue(RunKey, out var run) ? run.RetryAfter : null),
            OnRetry = static args =>
            {
                if (args.Context.Properties.TryGetValue(RunKey, out var run))
                {
                    run.ReadmitFailedRoutes(args.RetryDelay);
                }

                return ValueTask.CompletedTask;
            },
        });
    }

    private static bool Same(RetryOptions a, RetryOptions b) =>
        a.MaxRetries == b.MaxRetries && a.Delay == b.Delay && a.MaxDelay == b.MaxDelay && a.RetryAfterCap == b.RetryAfterCap;

    private static bool Same(CircuitBreakerOptions a, CircuitBreakerOptions b) =>
        a.FailureRatio.Equals(b.FailureRatio) && a.MinimumThroughput == b.MinimumThroughput
        && a.SamplingDuration == b.SamplingDuration && a.BreakDuration == b.BreakDuration;
}
