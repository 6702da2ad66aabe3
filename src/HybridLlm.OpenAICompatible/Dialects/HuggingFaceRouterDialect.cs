using System.Text.Json;

namespace HybridLlm.OpenAICompatible.Dialects;

/// <summary>Hugging Face's router of inference providers.</summary>
internal sealed class HuggingFaceRouterDialect : OpenAIDialect
{
    /// <summary>The one instance.</summary>
    internal static readonly HuggingFaceRouterDialect Instance = new();

    protected internal override Uri? DefaultEndpoint { get; } = new("https://router.huggingface.co/v1");

    protected internal override ProviderCapabilities GetCapabilities(bool isLocal, bool isMetered) =>
        base.GetCapabilities(isLocal, isMetered) with
        {
            Features = LlmFeatures.Streaming | LlmFeatures.Tools | LlmFeatures.JsonSchema | LlmFeatures.Vision | LlmFeatures.Reasoning,
        };

    protected internal override ProviderErrorKind? Classify(OpenAIError error) => error switch
    {
        // Waiting does not help before the bill is paid, or the month is over.
        _ when error.Status == 402 || error.Says("exceeded your monthly included credits", "requires more credits") => ProviderErrorKind.QuotaExhausted,
        _ when error.Says("not supported by any provider", "not a chat model", "is not supported by provider") => ProviderErrorKind.ModelNotFound,
        _ => null,
    };

    // A model can what one of the providers that serve it now can.
    protected internal override ProviderModel? ReadModel(JsonElement model)
    {
        if (base.ReadModel(model) is not { } read || !model.TryGetProperty("providers", out var providers) || providers.ValueKind != JsonValueKind.Array)
        {
            return base.ReadModel(model);
        }

        var live = providers.EnumerateArray().Where(static provider => provider.ValueKind == JsonValueKind.Object && !Says(provider, "status", "error")).ToArray();
        if (live.Length == 0 && providers.GetArrayLength() > 0)
        {
            return null;
        }

        var features = LlmFeatures.Streaming | ((read.Features ?? LlmFeatures.None) & LlmFeatures.Vision);
        features |= live.Any(static provider => Is(provider, "supports_tools")) ? LlmFeatures.Tools : LlmFeatures.None;
        features |= live.Any(static provider => Is(provider, "supports_structured_output")) ? LlmFeatures.JsonSchema : LlmFeatures.None;
        return read with { Features = features };
    }

    private static bool Is(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static bool Says(JsonElement element, string name, string text) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.ValueEquals(text);
}
