using HybridLlm.Configuration;
using HybridLlm.Endpoints;
using HybridLlm.Execution;
using Microsoft.Extensions.Logging;

namespace HybridLlm.Runtime;

/// <summary>Keeps the providers in use in step with the options: an unchanged one goes on, a changed one is replaced, one that is gone is retired.</summary>
internal sealed class ProviderRegistry(
    IEnumerable<ILlmProviderFactory> factories, IServiceProvider services, TimeProvider time, ILoggerFactory loggerFactory)
{
    private readonly Dictionary<string, ILlmProviderFactory> _factories = factories.ToDictionary(f => f.Type, StringComparer.OrdinalIgnoreCase);
    private readonly ILogger _logger = loggerFactory.CreateLogger("HybridLlm.Providers");
    private HybridLlmOptions? _options;

    public Dictionary<string, ProviderRuntime> Runtimes { get; private set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Brings the providers in step with valid options.</summary>
    /// <returns>The providers that are no longer in use. They are to be retired once nobody can begin a call to them any more.</returns>
    public IReadOnlyList<ProviderRuntime> Apply(HybridLlmOptions options)
    {
        var next = new Dictionary<string, ProviderRuntime>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, provider) in options.Providers)
        {
            if (!provider.Enabled)
            {
                continue;
            }

            var timeouts = provider.Timeouts?.Over(options.Timeouts) ?? options.Timeouts;
            if (_options is not null && Runtimes.TryGetValue(name, out var present) && OptionsContent.SameProvider(_options, options, name))
            {
                present.Apply(timeouts);
                next.Add(name, present);
            }
            else
            {
                next.Add(name, Create(name, provider, timeouts));
            }
        }

        var gone = Runtimes.Values.Where(r => !next.ContainsValue(r)).ToList();
        Runtimes = next;
        _options = options;
        return gone;
    }

    private ProviderRuntime Create(string name, ProviderOptions options, TimeoutOptions timeouts)
    {
        var factory = _factories[options.Type!];
        var provider = options.Endpoints.Count == 0 ? CreateOne(options) : CreateSeveral();
        return new(name, provider, options, timeouts, _logger);

        ILlmProvider CreateOne(ProviderOptions own) => factory.Create(new(name, own, timeouts, services, time, loggerFactory));

        ILlmProvider CreateSeveral()
        {
            var replicas = options.Endpoints.Select(endpoint => new Replica(endpoint, CreateOne(options.At(endpoint))));
            return BalancedProvider.Create(name, new ReplicaSet(name, replicas, timeouts.FirstToken, time, _logger), time);
        }
    }
}
