namespace HybridLlm.OpenAICompatible.Providers;

/// <summary>Makes providers of the type <c>Gemini</c>.</summary>
internal sealed class GeminiProviderFactory : FlavorFactory
{
    internal const string ProviderType = "Gemini";

    public override string Type => ProviderType;

    protected override ILlmProvider Create(ProviderContext context, OpenAICompatibleOptions options) => new GeminiProvider(context, options);
}
