using Microsoft.Extensions.AI;
using Polly.CircuitBreaker;

namespace HybridLlm.Execution;

/// <summary>A model in use: its client, its gates, its pipeline, and what is remembered of it from call to call.</summary>
internal sealed class RouteRuntime
{
    private readonly TimeProvider _timeProvider;
    private readonly RoutePipeline _pipeline;
    private readonly Lazy<IChatClient> _client;
    private readonly RoutePace _streamPace = new();
    private readonly RoutePace _wholePace = new();
    private volatile ConcurrencyGate? _gate;
    private RouteRest? _rest;
    private int _state;

    public RouteRuntime(ProviderRuntime provider, string modelId, RoutePipeline pipeline, TimeProvider timeProvider)
    {
        Provider = provider;
        ModelId = modelId;
        _pipeline = pipeline;
        _timeProvider = timeProvider;
        Idleness = new(timeProvider);
        _client = new(() => provider.Provider.GetChatClient(modelId));
    }

    public ProviderRuntime Provider { get; }

    public string ModelId { get; }

    public IChatClient Client => _client.Value;

    /// <summary>Gets the gate of the model itself; <see langword="null"/> where only its provider has one.</summary>
    public ConcurrencyGate? Gate => _gate;

    public CircuitState Circuit => _pipeline.CircuitState;

    public Polly.ResiliencePipeline<bool> Pipeline => _pipeline.Pipeline;

    /// <summary>Gets how long nobody has used the route.</summary>
    public RouteIdleness Idleness { get; }

    /// <summary>Gets the present rest; <see langword="null"/> when there is none.</summary>
    public RouteRest? Rest => Volatile.Read(ref _rest);

    /// <summary>Gets how long the model takes to be loaded.</summary>
    public LoadTime LoadTime { get; } = new();

    /// <summary>Gets or sets whether the model was in memory when its provider was last asked.</summary>
    public ModelState State
    {
        get => (ModelState)Volatile.Read(ref _state);
        set => Volatile.Write(ref _state, (int)value);
    }

    /// <summary>Gets how much memory the model takes, in megabytes; <see langword="null"/> when it is not known.</summary>
    public int? MemoryMB { get; private set; }

    /// <summary>Gets the pace of streamed answers, or of those that come as a whole.</summary>
    public RoutePace PaceOf(bool streams) => streams ? _streamPace : _wholePace;

    /// <summary>Takes over what is said of the model: its own limit of calls at once, its memory, and whether it is there.</summary>
    public void Apply(ModelProfile model, ModelState state)
    {
        MemoryMB = model.MemoryMB;
        State = state == ModelState.Unknown ? State : state;
        if (model.MaxConcurrency is not { } permits)
        {
            _gate = null;
        }
        else if (_gate?.Permits != permits)
        {
            var options = Provider.Options;
            _gate = new($"Model '{ModelId}'", permits, options.QueueLimit, options.QueueTimeout);
        }
    }

    /// <summary>Waits for a place at the gates of model and provider.</summary>
    /// <exception cref="ProviderException">There is none within the wait budget.</exception>
    public ValueTask<RouteLease> EnterAsync(CancellationToken cancellationToken)
    {
        var model = _gate;
        var provider = Provider.Gate;
        if (model is null && provider.TryEnter())
        {
            Provider.Enter();
            return new(new RouteLease(Provider, provider, null));
        }

        return QueueAsync(model, provider, cancellationToken);
    }

    /// <summary>Takes a place if there is one right now.</summary>
    public bool TryEnter(out RouteLease lease)
    {
        var model = _gate;
        var provider = Provider.Gate;
        lease = default;
        if (model?.TryEnter() == false)
        {
            return false;
        }

        if (!provider.TryEnter())
        {
            model?.Exit();
            return false;
        }

        Provider.Enter();
        lease = new(Provider, provider, model);
        return true;
    }

    public RouteAvailability GetAvailability()
    {
        if (Provider.Health is { Status: ProviderHealthStatus.Unhealthy } health)
        {
            return new(RouteState.ProviderUnhealthy, null, health.Description);
        }

        if (Rest is { } rest && !rest.IsOver(_timeProvider.GetUtcNow()))
        {
            return new(RouteState.CoolingDown, rest.Until, rest.Reason);
        }

        return _pipeline.IsCircuitOpen ? new(RouteState.CircuitOpen, null, "it kept failing") : RouteWait.Of(this, _gate);
    }

    /// <summary>Remembers a failure that another request would meet too.</summary>
    /// <returns>The rest that begins or goes on; <see langword="null"/> when resting is switched off.</returns>
    public RouteRest? BeginRest(ProviderException failure, CooldownOptions options)
    {
        while (true)
        {
            var earlier = Rest;
            var rest = RouteRest.After(earlier, failure, options, _timeProvider.GetUtcNow());
            if (Interlocked.CompareExchange(ref _rest, rest, earlier) == earlier)
            {
                return rest;
            }
        }
    }

    /// <summary>Forgets earlier failures: the route has answered.</summary>
    /// <returns>Whether there were any.</returns>
    public bool EndRest() => Rest is not null && Interlocked.Exchange(ref _rest, null) is not null;

    private async ValueTask<RouteLease> QueueAsync(ConcurrencyGate? model, ConcurrencyGate provider, CancellationToken cancellationToken)
    {
        if (model is not null)
        {
            await model.EnterAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            await provider.EnterAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            model?.Exit();
            throw;
        }

        Provider.Enter();
        return new(Provider, provider, model);
    }
}
