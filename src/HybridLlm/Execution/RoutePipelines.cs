using System.Collections.Concurrent;
using Polly;
using Polly.CircuitBreaker;
using Polly.Registry;
using Polly.Retry;
using Polly.Timeout;

namespace HybridLlm.Execution;

/// <summary>The Polly pipelines of requests and routes, by name. An edit of their options rebuilds them in place; requests under way finish on the old ones.</summary>
internal sealed class RoutePipelines : IDisposable
{
    /// <summary>Under this key a request's pipeline finds the request.</summary>
    public static readonly ResiliencePropertyKey<RequestRun> RunKey = new("hybridllm.run");

    /// <summary>Under this key a route's pipeline finds the attempt.</summary>
    public static readonly ResiliencePropertyKey<Attempt> AttemptKey = new("hybridllm.attempt");

    private readonly ConcurrentDictionary<string, RoutePipeline> _routes = new();
    private readonly ResiliencePipelineRegistry<PipelineKey> _registry;
    private readonly ReloadableSetting<RetryOptions> _retry;
    private readonly ReloadableSetting<CircuitBreakerOptions> _breaker;

    public RoutePipelines(ResilienceOptions options, TimeProvider timeProvider)
    {
        _retry = new(options.Retry, SameRetry);
        _breaker = new(options.CircuitBreaker, SameBreaker);
        _registry = new(new ResiliencePipelineRegistryOptions<PipelineKey>
        {
            BuilderFactory = () => new ResiliencePipelineBuilder { TimeProvider = timeProvider },
            BuilderNameFormatter = key => key.Kind,
            InstanceNameFormatter = key => key.Target,
        });
        Request = _registry.GetOrAddPipeline(PipelineKey.Request, (builder, context) =>
        {
            context.AddReloadToken(_retry.Changed);
            AddRetry(builder, _retry.Value);
        });
    }

    /// <summary>Gets the pipeline around a whole request.</summary>
    public ResiliencePipeline Request { get; }

    public void Apply(ResilienceOptions options)
    {
        _retry.Replace(options.Retry);
        _breaker.Replace(options.CircuitBreaker);
    }

    /// <summary>Gets the pipeline around each attempt of a route, given as <c>provider/model</c>.</summary>
    public RoutePipeline ForRoute(string target) => _routes.GetOrAdd(target, Build);

    public void Dispose()
    {
        // Polly waits for the calls that are inside, looking again every second, for up to half a minute. The application does not:
        // a client that does not listen to its token must not hold up its end.
        _ = _registry.DisposeAsync().AsTask();
        _retry.Dispose();
        _breaker.Dispose();
    }

    private RoutePipeline Build(string target)
    {
        var route = new RoutePipeline();
        route.Pipeline = _registry.GetOrAddPipeline(PipelineKey.Attempt(target), (builder, context) =>
        {
            // Of what can be edited only the breaker's own options rebuild it, so its state outlives all other edits: the budget is asked of each attempt.
            context.AddReloadToken(_breaker.Changed);

            // A state provider belongs to one circuit for good, so each rebuild gets its own.
            var state = new CircuitBreakerStateProvider();
            AddBreaker(builder, _breaker.Value, state);
            AddTimeout(builder);
            route.Circuit = state;
        });
        return route;
    }

    private static void AddBreaker(ResiliencePipelineBuilder builder, CircuitBreakerOptions options, CircuitBreakerStateProvider state) =>
        builder.AddCircuitBreaker(new CircuitBreakerStrategyOptions
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

    private static void AddTimeout(ResiliencePipelineBuilder builder) =>
        builder.AddTimeout(new TimeoutStrategyOptions
        {
            TimeoutGenerator = static args => ValueTask.FromResult(
                args.Context.Properties.TryGetValue(AttemptKey, out var attempt) ? attempt.HardTimeout : Timeout.InfiniteTimeSpan),
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

    private static bool SameRetry(RetryOptions a, RetryOptions b) =>
        a.MaxRetries == b.MaxRetries && a.Delay == b.Delay && a.MaxDelay == b.MaxDelay && a.RetryAfterCap == b.RetryAfterCap;

    private static bool SameBreaker(CircuitBreakerOptions a, CircuitBreakerOptions b) =>
        a.FailureRatio.Equals(b.FailureRatio) && a.MinimumThroughput == b.MinimumThroughput
        && a.SamplingDuration == b.SamplingDuration && a.BreakDuration == b.BreakDuration;
}
