using Microsoft.Extensions.Configuration;

namespace HybridLlm.OpenAICompatible.Providers;

/// <summary>What the factories of servers with a known dialect have in common: the options, and how they are checked.</summary>
internal abstract class FlavorFactory : LlmProviderFactory<OpenAICompatibleOptions>
{
    /// <summary>Gets an address to show in messages; <see langword="null"/> where none need be configured.</summary>
    protected virtual string? EndpointExample => null;

    protected override OpenAICompatibleOptions Read(IConfigurationSection section) => section.Get<OpenAICompatibleOptions>() ?? new();

    protected override void Validate(OpenAICompatibleOptions options, IConfigurationErrors errors) =>
        OpenAICompatibleProviderFactory.ValidateCommon(options, errors, EndpointExample);
}
