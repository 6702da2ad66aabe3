namespace HybridLlm.DependencyInjection;

/// <summary>Options of a provider that an application adds in code.</summary>
internal sealed class InstanceProviderOptions : ProviderOptions
{
    public Func<IServiceProvider, ILlmProvider>? Create { get; init; }
}
