using System.Collections.Concurrent;
using HybridLlm.Execution;
using HybridLlm.Text;
using Microsoft.Extensions.Logging;

namespace HybridLlm.Runtime;

/// <summary>Asks providers in the background how they are and which models they have. One that is answering a request is left alone: it is well.</summary>
internal sealed class ProviderMonitor(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<ProviderRuntime, IReadOnlyList<ProviderModel>> _reported = new();
    private readonly ConcurrentDictionary<ProviderRuntime, Task> _starts = new();

    /// <summary>Gets what a provider last reported; empty before it did.</summary>
    public IReadOnlyList<ProviderModel> ModelsOf(ProviderRuntime provider) => _reported.GetValueOrDefault(provider, []);

    /// <summary>Gets whether a model was in memory when its provider last told.</summary>
    public ModelState StateOf(ProviderRuntime provider, string modelId) =>
        ModelsOf(provider).FirstOrDefault(model => model.Id == modelId || (model.Aliases.Count > 0 && model.Aliases.Contains(modelId)))?.State ?? ModelState.Unknown;

    public void Forget(ProviderRuntime provider)
    {
        _reported.TryRemove(provider, out _);
        _starts.TryRemove(provider, out _);
    }

    /// <summary>Asks all providers once.</summary>
    /// <returns>Those that listed their models, and whether any of them lists others than before.</returns>
    public async Task<(IReadOnlyList<ProviderRuntime> Listed, bool HasChanged)> RefreshAsync(IReadOnlyList<ProviderRuntime> providers, CancellationToken cancellationToken)
    {
        var changes = await Task.WhenAll(providers.Select(p => RefreshAsync(p, cancellationToken))).ConfigureAwait(false);
        return ([.. providers.Where((_, i) => changes[i] is not null)], changes.Contains(true));
    }

    /// <returns>Whether it lists other models than before; <see langword="null"/> when it does not list them.</returns>
    private async Task<bool?> RefreshAsync(ProviderRuntime provider, CancellationToken cancellationToken)
    {
        EnsureStarted(provider, cancellationToken);
        if (provider.IsBusy && provider.Health.Status == ProviderHealthStatus.Healthy)
        {
            return null;
        }

        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var health = await provider.Provider.CheckHealthAsync(either.Token).ConfigureAwait(false);
            Note(provider, health);
            if (health.Status == ProviderHealthStatus.Unhealthy)
            {
                return null;
            }

            var models = await provider.Provider.ListModelsAsync(either.Token).ConfigureAwait(false);
            var changed = !models.SequenceEqual(ModelsOf(provider), SameModel.Comparer);
            _reported[provider] = models;
            return changed;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            var words = timeout.IsCancellationRequested ? $"it did not answer within {Patience}" : exception.Message;
            if (provider.Health.Status != ProviderHealthStatus.Loading)
            {
                Note(provider, new(ProviderHealthStatus.Unhealthy, words));
            }

            return null;
        }
    }

    private void Note(ProviderRuntime provider, ProviderHealth health)
    {
        var earlier = provider.Health;
        provider.Health = health;
        health = provider.Health;
        if (health.Status == earlier.Status)
        {
            return;
        }

        if (health.Status == ProviderHealthStatus.Unhealthy)
        {
            RuntimeLog.ProviderUnhealthy(logger, provider.Name, health.Description);
        }
        else
        {
            RuntimeLog.ProviderState(logger, provider.Name, health.Status);
        }
    }

    private void EnsureStarted(ProviderRuntime provider, CancellationToken cancellationToken)
    {
        if (provider.Provider is ILlmProviderLifetime lifetime && !_starts.ContainsKey(provider))
        {
            _starts[provider] = StartAsync(provider, lifetime, cancellationToken);
        }
    }

    private async Task StartAsync(ProviderRuntime provider, ILlmProviderLifetime lifetime, CancellationToken cancellationToken)
    {
        try
        {
            await lifetime.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            RuntimeLog.ProviderNotStarted(logger, provider.Name, Redaction.Of(exception.Message));
        }
    }

    private sealed class SameModel : IEqualityComparer<ProviderModel>
    {
        public static SameModel Comparer { get; } = new();

        // The aliases are a list, which a record compares by reference.
        public bool Equals(ProviderModel? x, ProviderModel? y) =>
            x is not null && y is not null && x.Aliases.SequenceEqual(y.Aliases) && x with { Aliases = y.Aliases } == y;

        public int GetHashCode(ProviderModel obj) => obj.Id.GetHashCode(StringComparison.Ordinal);
    }
}
