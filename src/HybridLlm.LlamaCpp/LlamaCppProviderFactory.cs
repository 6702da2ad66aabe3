using HybridLlm.LlamaCpp.Supervision;
using HybridLlm.OpenAICompatible;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HybridLlm.LlamaCpp;

/// <summary>Makes providers of the type <c>LlamaCpp</c>.</summary>
/// <param name="services">The application's services; a host's content root is where relative paths begin.</param>
public sealed class LlamaCppProviderFactory(IServiceProvider services) : LlmProviderFactory<LlamaCppOptions>
{
    /// <summary>The type, as written in the configuration.</summary>
    public const string ProviderType = "LlamaCpp";

    /// <inheritdoc/>
    public override string Type => ProviderType;

    /// <inheritdoc/>
    protected override LlamaCppOptions Read(IConfigurationSection section)
    {
        var options = section.Get<LlamaCppOptions>() ?? new();
        options.Complete();
        return options;
    }

    /// <inheritdoc/>
    protected override void Validate(LlamaCppOptions options, IConfigurationErrors errors)
    {
        OpenAICompatibleProviderFactory.ValidateCommon(options, errors, endpointExample: null);
        new LlamaCppOptionsValidator(Locator(services)).Validate(options, errors);
    }

    /// <inheritdoc/>
    protected override ILlmProvider Create(ProviderContext context, LlamaCppOptions options) => new LlamaCppProvider(context, options);

    internal static FileLocator Locator(IServiceProvider services) => new(services.GetService<IHostEnvironment>()?.ContentRootPath);
}
