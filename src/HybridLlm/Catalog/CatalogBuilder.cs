namespace HybridLlm.Catalog;

/// <summary>Merges the models that are configured with those that providers report. A pure function of its inputs.</summary>
internal static class CatalogBuilder
{
    private const double SmallestDefault = 7e9;
    private const double LargestDefault = 7.5e9;

    /// <summary>Builds a catalog.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="providers">The providers in use and what they can do. Models of others are left out.</param>
    /// <param name="reported">What each provider last reported; a provider that did not report yet is missing or has none.</param>
    public static ModelCatalog Build(
        HybridLlmOptions options,
        IReadOnlyDictionary<string, ProviderCapabilities> providers,
        IReadOnlyDictionary<string, IReadOnlyList<ProviderModel>> reported)
    {
        var models = new List<(ModelProfile Profile, ProviderModel? Reported)>();
        var used = new HashSet<(string Provider, string Id)>();
        foreach (var (name, model) in options.Models)
        {
            if (InUse(model.Provider) is { } provider)
            {
                var match = ModelIds.Match(model.ModelId ?? name, ReportedBy(provider));
                models.Add((ProfileBuilder.Build(name, provider, model, match, providers[provider]), match));
                if (match is not null)
                {
                    used.Add((provider, match.Id));
                }
            }
        }

        var names = new NameTable(options.Models.Keys, options.Models.SelectMany(model => model.Value.Aliases));
        var discovered = options.Providers.Keys
            .Where(name => InUse(name) is not null && IsOpen(name))
            .SelectMany(name => ReportedBy(name).Where(model => used.Add((name, model.Id))).Select(model => (Provider: name, Model: model)))
            .ToList();
        foreach (var (name, (provider, model)) in names.NameDiscovered(discovered))
        {
            var profile = ProfileBuilder.Build(name, provider, null, model, providers[provider]);
            models.Add((profile with { ModelId = model.Id, Origin = ModelOrigin.Discovered }, model));
        }

        return WithAliases(models, options);

        string? InUse(string? provider) =>
            provider is not null && providers.ContainsKey(provider) && options.Providers.TryGetValue(provider, out var found) && found.Enabled
                ? options.Providers.Keys.First(key => key.Equals(provider, StringComparison.OrdinalIgnoreCase))
                : null;

        IReadOnlyList<ProviderModel> ReportedBy(string provider) => reported.TryGetValue(provider, out var list) ? list : [];

        bool IsOpen(string provider) => options.Catalog.Discovery switch
        {
            ModelDiscovery.All => true,
            ModelDiscovery.Auto => !options.Models.Values.Any(model => provider.Equals(model.Provider, StringComparison.OrdinalIgnoreCase)),
            _ => false,
        };
    }

    /// <summary>
    /// Gives out aliases: names first, then configured aliases, then what discovered models are called otherwise. Whoever comes first keeps an alias.
    /// </summary>
    private static ModelCatalog WithAliases(List<(ModelProfile Profile, ProviderModel? Reported)> models, HybridLlmOptions options)
    {
        var owners = models.ToDictionary(model => model.Profile.Name, model => model.Profile.Name, StringComparer.OrdinalIgnoreCase);
        var aliases = models.ToDictionary(model => model.Profile.Name, _ => new List<string>(), StringComparer.OrdinalIgnoreCase);
        foreach (var (profile, _) in models.Where(model => model.Profile.Origin == ModelOrigin.Configured))
        {
            Give(profile.Name, options.Models[profile.Name].Aliases);
        }

        foreach (var (profile, model) in models)
        {
            if (profile.Origin == ModelOrigin.Discovered)
            {
                Give(profile.Name, [$"{profile.Provider}/{ModelIds.DisplayName(profile.ModelId)}", ModelIds.DisplayName(profile.ModelId)]);
            }

            Give(profile.Name, model is null ? [] : [.. model.Aliases.Prepend(model.Id)]);
        }

        // The built-in default goes by one name wherever it is served, also under the name of a file.
        if (models.Find(model => IsBuiltInDefault(model.Profile)).Profile is { } usual)
        {
            Give(usual.Name, [RoutingOptions.BuiltInDefaultModel]);
        }

        var profiles = models.ConvertAll(model => model.Profile with { Aliases = aliases[model.Profile.Name] });
        var byName = profiles.ToDictionary(profile => profile.Name, StringComparer.OrdinalIgnoreCase);
        return new(profiles, owners.Select(pair => KeyValuePair.Create(pair.Key, byName[pair.Value])));

        void Give(string owner, IEnumerable<string> names)
        {
            foreach (var name in names)
            {
                if (!string.IsNullOrWhiteSpace(name) && owners.TryAdd(name, owner))
                {
                    aliases[owner].Add(name);
                }
            }
        }
    }

    private static bool IsBuiltInDefault(ModelProfile profile)
    {
        var parsed = KnownModels.Complete(ModelNameParser.Parse(profile.ModelId), profile.ModelId);
        return parsed is { Family: "mistral", Variant: ModelVariant.None or ModelVariant.Instruct }
            && (profile.ParameterCount ?? 0) is >= (long)SmallestDefault and <= (long)LargestDefault;
    }
}
