using HybridLlm.Text;

namespace HybridLlm.Configuration.Validation;

/// <summary>
/// The names that a configuration may refer to. Models that providers will report are not known yet: where discovery may bring them, an unknown name
/// is worth a warning only.
/// </summary>
internal sealed class KnownNames
{
    private const int MostNamesShown = 12;

    private readonly Dictionary<string, string> _models = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _targets;
    private readonly HashSet<string> _dataClasses;
    private readonly Dictionary<string, ProviderOptions> _discovering;

    public KnownNames(HybridLlmOptions options)
    {
        foreach (var (name, model) in options.Models.Where(pair => pair.Value is not null))
        {
            foreach (var alias in model.Aliases.Where(alias => alias is not null))
            {
                _models.TryAdd(alias, name);
            }
        }

        foreach (var name in options.Models.Keys)
        {
            _models[name] = name;
        }

        _targets = new(_models.Keys, StringComparer.OrdinalIgnoreCase);
        _targets.UnionWith(options.Providers.Keys);
        _targets.UnionWith(options.Models.Values.Where(model => model is not null).SelectMany(model => model.Tags).Where(tag => tag is not null));
        _dataClasses = new([DataClasses.Public, DataClasses.LocalOnly, .. options.Routing.DataClasses.Keys], StringComparer.OrdinalIgnoreCase);
        _discovering = options.Providers.Where(provider => MayDiscover(provider.Key, provider.Value, options)).ToDictionary(StringComparer.OrdinalIgnoreCase);
        Providers = [.. options.Providers.Keys];
    }

    /// <summary>Gets the names of the providers.</summary>
    public IReadOnlyList<string> Providers { get; }

    /// <summary>Gets whether providers may bring models that are not configured.</summary>
    public bool MayDiscoverModels => _discovering.Count > 0;

    /// <summary>Finds the model that a name or an alias stands for.</summary>
    public string? FindModel(string name) => _models.GetValueOrDefault(name);

    /// <summary>Says whether a name stands for models: a model, an alias, a provider or a tag.</summary>
    public bool IsTarget(string name) => _targets.Contains(name);

    /// <summary>Says whether there is a data class of a name.</summary>
    public bool IsDataClass(string name) => _dataClasses.Contains(name);

    /// <summary>Says what to do about the name of a model that is not known.</summary>
    public string RemedyForModel(string name) =>
        $"There is no such model or alias.{NearestName.Hint(name, _models.Keys)} Add it under Models, or name one of: {List(_models.Keys)}.";

    /// <summary>Says what to do about a data class that is not known.</summary>
    public string RemedyForDataClass(string name) =>
        $"There is no such data class.{NearestName.Hint(name, _dataClasses)} Add it under Routing:DataClasses, or name one of: {List(_dataClasses)}.";

    /// <summary>Says what to do about a target that is not known.</summary>
    public string RemedyForTarget(string name) =>
        $"There is no such model, alias, provider or tag.{NearestName.Hint(name, _targets)} Name one of: {List(_targets)}.";

    /// <summary>Says what to do about a provider that is not known.</summary>
    public string RemedyForProvider(string name) =>
        $"There is no such provider.{NearestName.Hint(name, Providers)} Add it under Providers, or name one of: {List(Providers)}.";

    /// <summary>Says what will become of a name that only discovery can bring.</summary>
    public string NoteForUndiscovered(string name) =>
        $"It is not configured and counts only once a provider reports it ({List(_discovering.Keys)} may).{NearestName.Hint(name, _targets)}";

    public static string List(IEnumerable<string> names)
    {
        var all = names.Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase).ToArray();
        return all.Length switch
        {
            0 => "(there is none)",
            <= MostNamesShown => string.Join(", ", all),
            _ => $"{string.Join(", ", all.Take(MostNamesShown))} and {all.Length - MostNamesShown} more",
        };
    }

    private static bool MayDiscover(string name, ProviderOptions? provider, HybridLlmOptions options) =>
        provider is { Enabled: true } && options.Catalog?.Discovery switch
        {
            ModelDiscovery.All => true,
            ModelDiscovery.Auto => !options.Models.Values.Any(model => string.Equals(model?.Provider, name, StringComparison.OrdinalIgnoreCase)),
            _ => false,
        };
}
