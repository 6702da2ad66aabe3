using System.Collections.Concurrent;
using System.Globalization;
using HybridLlm.Selection.Rules;

namespace HybridLlm.Selection;

/// <summary>A routing policy and a catalog, worked out once: names resolved, rules compiled, fallbacks followed. Immutable.</summary>
internal sealed class SelectionSnapshot
{
    /// <summary>How many task types are kept. Types are free text from callers, so their number has no bound of its own.</summary>
    private const int MaximumPolicies = 256;

    private readonly ConcurrentDictionary<string, TaskPolicy> _policies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _positions = new(StringComparer.OrdinalIgnoreCase);

    public SelectionSnapshot(RoutingOptions routing, IModelCatalog catalog)
    {
        Routing = routing;
        Catalog = catalog;
        Models = new ModelEntry[catalog.Models.Count];
        for (var i = 0; i < Models.Length; i++)
        {
            Models[i] = new(catalog.Models[i]);
            _positions[catalog.Models[i].Name] = i;
        }

        for (var i = 0; i < Models.Length; i++)
        {
            Models[i].Fallbacks = FallbacksOf(i);
        }

        DataClasses = new(this);
        Rules = [.. routing.Rules.OrderByDescending(static rule => rule.Priority).Select(rule => new RoutingRule(rule, this))];
        BelowFloor = string.Create(CultureInfo.InvariantCulture, $"below {routing.AccuracyFloor:0.##} of its recent calls for this task succeeded");
    }

    public RoutingOptions Routing { get; }

    public IModelCatalog Catalog { get; }

    /// <summary>Gets the models, in the order of the catalog.</summary>
    public ModelEntry[] Models { get; }

    /// <summary>Gets the rules, in the order in which they are tried.</summary>
    public RoutingRule[] Rules { get; }

    /// <summary>Gets which models may see the words of a request.</summary>
    public DataClassPolicy DataClasses { get; }

    /// <summary>Gets why a model is not used that failed too often.</summary>
    public string BelowFloor { get; }

    /// <summary>Gets the position of a model by its name or alias; <see langword="null"/> when the catalog does not have it.</summary>
    public int? IndexOf(string name) =>
        Catalog.TryFind(name, out var model) && _positions.TryGetValue(model.Name, out var position) ? position : null;

    /// <summary>Gets the policy of a task type.</summary>
    public TaskPolicy PolicyFor(string taskType)
    {
        if (_policies.TryGetValue(taskType, out var policy))
        {
            return policy;
        }

        policy = new(taskType, this);
        if (_policies.Count < MaximumPolicies)
        {
            _policies.TryAdd(taskType, policy);
        }

        return policy;
    }

    private int[] FallbacksOf(int start)
    {
        var seen = new HashSet<int> { start };
        var chain = new List<int> { start };
        for (var next = 0; next < chain.Count; next++)
        {
            foreach (var name in Models[chain[next]].Model.Fallbacks)
            {
                if (IndexOf(name) is { } fallback && seen.Add(fallback))
                {
                    chain.Add(fallback);
                }
            }
        }

        return [.. chain.Skip(1)];
    }
}
