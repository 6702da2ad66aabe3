using Microsoft.Extensions.Configuration;

namespace HybridLlm.DependencyInjection;

/// <summary>The configuration section that the options come from; an empty one when the application has no configuration.</summary>
internal sealed class OptionsSource(IConfiguration? section)
{
    public IConfiguration Section { get; } = section ?? new ConfigurationBuilder().Build().GetSection(HybridLlmOptions.SectionName);
}
