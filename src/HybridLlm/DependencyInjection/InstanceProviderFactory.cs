using Microsoft.Extensions.Configuration;

namespace HybridLlm.DependencyInjection;

/// <summary>Makes the providers that an application adds in code.</summary>
internal sealed class InstanceProviderFactory : LlmProviderFactory<InstanceProviderOptions>
{
    public const string TypeName = "Instance";

    public override string Type => TypeName;

    protected override InstanceProviderOptions Read(IConfigurationSection section) => new();

    protected override void Validate(InstanceProviderOptions options, IConfigurationErrors errors)
    {
        if (options.Create is null)
        {
            errors.Add("Type", Type, "A provider of this type is added in code, with AddProvider(name, …) on the builder; it cannot be configured.");
        }
    }

    protected override ILlmProvider Create(ProviderContext context, InstanceProviderOptions options) => options.Create!(context.Services);
}
