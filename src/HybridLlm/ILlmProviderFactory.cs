using Microsoft.Extensions.Configuration;

namespace HybridLlm;

/// <summary>Makes the providers of one <see cref="ProviderOptions.Type"/>. Provider packages register one; see <see cref="LlmProviderFactory{TOptions}"/>.</summary>
public interface ILlmProviderFactory
{
    /// <summary>Gets the provider type, as written in the configuration. It is compared without regard to case.</summary>
    string Type { get; }

    /// <summary>Reads the options of one provider.</summary>
    /// <param name="section">The provider's section, <c>HybridLlm:Providers:NAME</c>.</param>
    /// <returns>The options, of the type that this factory's providers use.</returns>
    /// <exception cref="InvalidOperationException">A value does not convert.</exception>
    ProviderOptions ReadOptions(IConfigurationSection section);

    /// <summary>Checks options beyond what the core checks for every provider.</summary>
    /// <param name="options">The options.</param>
    /// <param name="errors">Takes the errors found.</param>
    void Validate(ProviderOptions options, IConfigurationErrors errors);

    /// <summary>Creates a provider. Must not block or do I/O.</summary>
    /// <param name="context">The name, the options and what else the provider may use.</param>
    /// <returns>The provider. If it is disposable it is disposed when it goes out of use.</returns>
    ILlmProvider Create(ProviderContext context);
}
