namespace HybridLlm.OpenAICompatible.Providers;

/// <summary>Makes providers of the type <c>LlamaCppPython</c>.</summary>
internal sealed class LlamaCppPythonProviderFactory : FlavorFactory
{
    internal const string ProviderType = "LlamaCppPython";

    public override string Type => ProviderType;

    protected override ILlmProvider Create(ProviderContext context, OpenAICompatibleOptions options) => new LlamaCppPythonProvider(context, options);
}
