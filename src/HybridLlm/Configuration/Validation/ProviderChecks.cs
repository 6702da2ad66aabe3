namespace HybridLlm.Configuration.Validation;

/// <summary>Checks the providers.</summary>
internal static class ProviderChecks
{
    private const string Section = nameof(HybridLlmOptions.Providers);

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
                factory.Validate(provider, errors);
            }
        }
        else if (provider.Enabled)
        {
            // A backend that is switched off may belong to a package that this application does not reference.
            errors.Add(nameof(ProviderOptions.Type), provider.Type, types.RemedyForUnknown(provider.Type));
        }
    }

    private static void CheckEndpoint(ProviderOptions provider, ConfigurationErrors errors)
    {
        if (provider.Endpoint is not null
            && !(Uri.TryCreate(provider.Endpoint, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri.Host.Length > 0))
        {
            errors.Add(nameof(ProviderOptions.Endpoint), provider.Endpoint, "Write an absolute http or https address, such as \"http://localhost:8080\".");
        }
    }
}
