using Microsoft.Extensions.Configuration;

namespace HybridLlm;

/// <summary>A base for provider factories that takes care of the options' type.</summary>
/// <typeparam name="TOptions">The provider's options.</typeparam>
public abstract class LlmProviderFactory<TOptions> : ILlmProviderFactory
    where TOptions : ProviderOptions
{
    /// <inheritdoc/>
    public abstract string Type { get; }

    /// <summary>Reads the options of one provider.</summary>
    /// <param name="section">The provider's section.</param>
    /// <returns>The options.</returns>
    /// <remarks>Implement it as <c>section.Get&lt;TOptions&gt;()</c> in the provider's own project, where the configuration binder's source generator sees the type.</remarks>
    protected abstract TOptions Read(IConfigurationSection section);

    /// <summary>Checks options beyond what the core checks for every provider.</summary>
    /// <param name="options">The options.</param>
    /// <param name="errors">Takes the errors found.</param>
    protected abstract void Validate(TOptions options, IConfigurationErrors errors);

    /// <summary>Creates a provider. Must not block or do I/O.</summary>
    /// <param name="context">The name and what else the provider may use.</param>
    /// <param name="options">The provider's options.</param>
    /// <returns>The provider.</returns>
    protected abstract ILlmProvider Create(ProviderContext context, TOptions options);

    ProviderOptions ILlmProviderFactory.ReadOptions(IConfigurationSection section) => Read(section);

    void ILlmProviderFactory.Validate(ProviderOptions options, IConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (options is TOptions typed)
        {
            Validate(typed, errors);
        }
        else
        {
            errors.Add("", options?.GetType().Name, $"Options of a provider of type '{Type}' must be {typeof(TOptions).Name}.");
        }
    }

    ILlmProvider ILlmProviderFactory.Create(ProviderContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Create(context, (TOptions)context.Options);
    }
}
