using HybridLlm.OpenAICompatible.Dialects;

namespace HybridLlm.OpenAICompatible.Providers;

/// <summary>Makes providers of the type <c>HuggingFace</c>: the router without an endpoint, or with one of huggingface.co, and a server of one's own otherwise.</summary>
internal sealed class HuggingFaceProviderFactory : FlavorFactory
{
    internal const string ProviderType = "HuggingFace";

    public override string Type => ProviderType;

    protected override ILlmProvider Create(ProviderContext context, OpenAICompatibleOptions options) => IsRouter(options.Endpoint)
        ? new OpenAICompatibleProvider(context, options, HuggingFaceRouterDialect.Instance)
        : new TgiProvider(context, options);

    private static bool IsRouter(string? endpoint) =>
        endpoint is null || new Uri(endpoint).Host is "router.huggingface.co" or "api-inference.huggingface.co";
}
