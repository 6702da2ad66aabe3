namespace HybridLlm.Configuration.Validation;

/// <summary>Checks the providers.</summary>
internal static class ProviderChecks
{
    private const string Section = nameof(HybridLlmOptions.Providers);
    private const string AddressRemedy = "Write an absolute http or https address, such as \"http://localhost:8080\".";
    private const int MaxEndpoints = 64;

    public static void Run(CheckContext context, ProviderTypes types)
    {
        foreach (var (name, provider) in context.Options.Providers)
        {
            var errors = context.Errors.At(Section, name);
            if (string.IsNullOrWhiteSpace(name))
            {
                errors.Add("", name, "Give the provider a name.");
            }

            CheckType(provider, types, errors);
            CheckEndpoint(provider, errors);
            if (provider.ApiKey is { } key && key.Any(char.IsControl))
            {
                errors.Add(nameof(ProviderOptions.ApiKey), key, "It contains a line break or another control character; remove it.");
            }
        }

        if (context.Options.Providers.Count == 0)
        {
            context.Warnings.Add(Section, null, "No request can be answered until at least one provider is configured.");
        }
    }

    private static void CheckType(ProviderOptions provider, ProviderTypes types, ConfigurationErrors errors)
    {
        if (string.IsNullOrWhiteSpace(provider.Type))
        {
            errors.Add(nameof(ProviderOptions.Type), null, types.RemedyForMissing());
        }
        else if (types.Find(provider.Type) is { } factory)
        {
            // Where the factory could not read the section there are no options of its type to check.
            if (!errors.Has(""))
            {
                Validate(provider, factory, errors);
            }
        }
        else if (provider.Enabled)
        {
            // A backend that is switched off may belong to a package that this application does not reference.
            errors.Add(nameof(ProviderOptions.Type), provider.Type, types.RemedyForUnknown(provider.Type));
        }
    }

    /// <summary>Lets the factory check the options; with several servers those of each, so that it finds an address where it looks for one.</summary>
    private static void Validate(ProviderOptions provider, ILlmProviderFactory factory, ConfigurationErrors errors)
    {
        if (provider.Endpoints.Count == 0)
        {
            factory.Validate(provider, errors);
        }

        for (var i = 0; i < provider.Endpoints.Count; i++)
        {
            factory.Validate(provider.At(provider.Endpoints[i]), new EndpointErrors(errors, i));
        }
    }

    private static void CheckEndpoint(ProviderOptions provider, ConfigurationErrors errors)
    {
        if (provider.Endpoint is not null && !IsAddress(provider.Endpoint))
        {
            errors.Add(nameof(ProviderOptions.Endpoint), provider.Endpoint, AddressRemedy);
        }

        if (provider is { Endpoint: not null, Endpoints.Count: > 0 })
        {
            errors.Add(nameof(ProviderOptions.Endpoint), provider.Endpoint, "Put all addresses into Endpoints, or take Endpoints out.");
        }

        if (provider.Endpoints.Count > MaxEndpoints)
        {
            errors.Add(nameof(ProviderOptions.Endpoints), provider.Endpoints.Count, $"At most {MaxEndpoints} servers stand behind one provider.");
        }

        for (var i = 0; i < provider.Endpoints.Count; i++)
        {
            var key = $"{nameof(ProviderOptions.Endpoints)}:{i}";
            if (!IsAddress(provider.Endpoints[i]))
            {
                errors.Add(key, provider.Endpoints[i], AddressRemedy);
            }
            else if (provider.Endpoints.IndexOf(provider.Endpoints[i]) < i)
            {
                errors.Add(key, provider.Endpoints[i], "The address is there twice; take one out.");
            }
        }
    }

    private static bool IsAddress(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri.Host.Length > 0;

    /// <summary>Puts what is said of the address of one server where it stands, and what is said of everything else there once.</summary>
    private sealed class EndpointErrors(IConfigurationErrors errors, int index) : IConfigurationErrors
    {
        public void Add(string key, object? value, string remedy)
        {
            if (key == nameof(ProviderOptions.Endpoint))
            {
                errors.Add($"{nameof(ProviderOptions.Endpoints)}:{index}", value, remedy);
            }
            else if (index == 0)
            {
                errors.Add(key, value, remedy);
            }
        }
    }
}
