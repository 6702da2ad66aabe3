using Microsoft.Extensions.AI;

namespace HybridLlm.Endpoints;

/// <summary>Several servers with the same models behind one provider.</summary>
internal class BalancedProvider : ILlmProvider, IEmbeddingProvider, IModelStateSource, IProviderLoadSource, ILlmProviderLifetime
{
    // What one server is taken to bear that does not tell, as for a provider with one.
    private const int DefaultMaxConcurrency = 16;

    private readonly ReplicaSet _replicas;
    private readonly TimeProvider _time;

    protected BalancedProvider(string name, ReplicaSet replicas, TimeProvider time)
    {
        Name = name;
        _replicas = replicas;
        _time = time;
        var one = replicas.Replicas[0].Provider.Capabilities;
        Capabilities = one with
        {
            MaxConcurrency = (one.MaxConcurrency ?? DefaultMaxConcurrency) * replicas.Replicas.Count,

            // Nobody knows which of them a request will go to.
            IsLocal = replicas.Replicas.All(static replica => replica.Provider.Capabilities.IsLocal),
            IsMetered = replicas.Replicas.Any(static replica => replica.Provider.Capabilities.IsMetered),
        };
    }

    public string Name { get; }

    public ProviderCapabilities Capabilities { get; }

    protected IEnumerable<ILlmProvider> Providers => _replicas.Replicas.Select(replica => replica.Provider);

    /// <summary>Puts servers together.</summary>
    /// <param name="name">The provider's name.</param>
    /// <param name="replicas">The servers, all of one type.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The provider; it owns the servers' providers.</returns>
    public static BalancedProvider Create(string name, ReplicaSet replicas, TimeProvider time) =>
        replicas.Replicas[0].Provider is IModelLoader ? new BalancedLoader(name, replicas, time) : new BalancedProvider(name, replicas, time);

    public IChatClient GetChatClient(string modelId) => new BalancedChatClient(_replicas, modelId, Capabilities.IsMetered, _time);

    public IEmbeddingGenerator<string, Embedding<float>> GetEmbeddingGenerator(string modelId) => new BalancedEmbeddingGenerator(_replicas, Name, modelId);

    public async Task<IReadOnlyList<ProviderModel>> ListModelsAsync(CancellationToken cancellationToken = default)
    {
        var lists = await Task.WhenAll(_replicas.Replicas.Select(replica => ListAsync(replica, cancellationToken))).ConfigureAwait(false);
        if (Array.TrueForAll(lists, static list => list.Models is null))
        {
            throw lists[0].Failure!;
        }

        // A model is in memory if it is so anywhere: requests go there as well as elsewhere.
        return [.. lists.SelectMany(static list => list.Models ?? []).GroupBy(static model => model.Id, StringComparer.Ordinal).Select(static same => same.MaxBy(static model => model.State)!)];
    }

    public async Task<ProviderHealth> CheckHealthAsync(CancellationToken cancellationToken = default)
    {
        var states = await Task.WhenAll(_replicas.Replicas.Select(replica => CheckAsync(replica, cancellationToken))).ConfigureAwait(false);
        var healthy = states.Count(static state => state.Status == ProviderHealthStatus.Healthy);
        if (healthy == states.Length)
        {
            return ProviderHealth.Healthy;
        }

        var words = string.Join("; ", states.Select((state, i) => (state, _replicas.Replicas[i].Endpoint)).Where(static s => s.state.Status != ProviderHealthStatus.Healthy).Select(static s => $"{s.Endpoint}: {s.state.Description ?? s.state.Status.ToString()}"));
        return healthy > 0 ? new(ProviderHealthStatus.Healthy, $"{healthy} of {states.Length} endpoints answer; {words}")
            : new(states.Any(static state => state.Status == ProviderHealthStatus.Loading) ? ProviderHealthStatus.Loading : ProviderHealthStatus.Unhealthy, words);
    }

    public async ValueTask<ModelState> GetModelStateAsync(string modelId, CancellationToken cancellationToken = default)
    {
        var states = await Task.WhenAll(Providers.OfType<IModelStateSource>().Select(source => source.GetModelStateAsync(modelId, cancellationToken).AsTask())).ConfigureAwait(false);
        return states.Length == 0 ? ModelState.Unknown : states.Max();
    }

    public async Task<ProviderLoad?> GetLoadAsync(CancellationToken cancellationToken = default)
    {
        var loads = await Task.WhenAll(_replicas.Replicas.Select(replica => LoadOfAsync(replica, cancellationToken))).ConfigureAwait(false);
        var known = loads.OfType<ProviderLoad>().ToArray();
        return known.Length == 0 ? null : new(known.Sum(static load => load.Running), known.Sum(static load => load.Waiting))
        {
            CacheUsage = known.Max(static load => load.CacheUsage),
            Preemptions = known.Sum(static load => load.Preemptions),
        };
    }

    public Task StartAsync(CancellationToken cancellationToken = default) =>
        Task.WhenAll(Providers.OfType<ILlmProviderLifetime>().Select(lifetime => lifetime.StartAsync(cancellationToken)));

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _replicas.DisposeAsync().ConfigureAwait(false);
        foreach (var provider in Providers)
        {
            if (provider is IAsyncDisposable disposable)
            {
                await disposable.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                (provider as IDisposable)?.Dispose();
            }
        }
    }

    private static async Task<(IReadOnlyList<ProviderModel>? Models, ProviderException? Failure)> ListAsync(Replica replica, CancellationToken cancellationToken)
    {
        try
        {
            return (await replica.Provider.ListModelsAsync(cancellationToken).ConfigureAwait(false), null);
        }
        catch (ProviderException failure)
        {
            return (null, failure);
        }
    }

    private async Task<ProviderHealth> CheckAsync(Replica replica, CancellationToken cancellationToken)
    {
        var health = await replica.Provider.CheckHealthAsync(cancellationToken).ConfigureAwait(false);
        if (health.Status is ProviderHealthStatus.Unhealthy or ProviderHealthStatus.Loading)
        {
            _replicas.Eject(replica, health.Description ?? health.Status.ToString());
        }
        else
        {
            await LoadOfAsync(replica, cancellationToken).ConfigureAwait(false);
        }

        return health;
    }

    private static async Task<ProviderLoad?> LoadOfAsync(Replica replica, CancellationToken cancellationToken)
    {
        if (replica.Provider is not IProviderLoadSource source)
        {
            return null;
        }

        try
        {
            var load = await source.GetLoadAsync(cancellationToken).ConfigureAwait(false);
            replica.Waiting(load is null ? 0 : load.Running + load.Waiting);
            return load;
        }
        catch (ProviderException)
        {
            return null; // Its requests and its health tell what is wrong; the load is a hint only.
        }
    }
}
