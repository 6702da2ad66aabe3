using HybridLlm.Configuration.Validation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace HybridLlm.Configuration.Binding;

/// <summary>
/// Reads the options from a configuration section. Providers are read by the factory of their type, into the options that this type has.
/// Errors are not thrown but left for <see cref="HybridLlmOptionsValidator"/>, which reports them together with all others.
/// </summary>
internal sealed class HybridLlmOptionsSetup(IConfiguration section, IEnumerable<ILlmProviderFactory> factories) : IConfigureOptions<HybridLlmOptions>
{
    private readonly ProviderTypes _types = new(factories);

    public void Configure(HybridLlmOptions options)
    {
        var content = SectionCopy.Of(section);
        var check = SectionCheck.Run(content, OptionTables.Root);
        content.Bind(options);

        var errors = new List<ConfigurationError>(check.Errors);
        foreach (var provider in content.Find(nameof(HybridLlmOptions.Providers))?.Children ?? [])
        {
            if (_types.Find(provider[nameof(ProviderOptions.Type)]) is { } factory)
            {
                options.Providers[provider.Key] = ProviderReader.Read(factory, provider, errors);
            }
        }

        new ConfigurationSource(content, errors, check.Warnings).AttachTo(options);
    }
}
