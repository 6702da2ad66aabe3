namespace HybridLlm.OpenAICompatible.Providers;

/// <summary>Makes providers of the type <c>Vllm</c>.</summary>
internal sealed class VllmProviderFactory : FlavorFactory
{
    internal const string ProviderType = "Vllm";

    public override string Type => ProviderType;

    protected override ILlmProvider Create(ProviderContext context, OpenAICompatibleOptions options) => new VllmProvider(context, options);
}
