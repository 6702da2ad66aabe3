using HybridLlm.OpenAICompatible.Chat;
using HybridLlm.OpenAICompatible.Dialects;
using HybridLlm.OpenAICompatible.Gemini;
using HybridLlm.OpenAICompatible.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.OpenAICompatible.Providers;

/// <summary>Gemini: over Google's compatible endpoint, and over the native one for answers after schemas that the compatible one has no words for.</summary>
internal sealed class GeminiProvider(ProviderContext context, OpenAICompatibleOptions options) : OpenAICompatibleProvider(context, options, GeminiDialect.Instance)
{
    private readonly IHttpClientFactory _clients = context.Services.GetRequiredService<IHttpClientFactory>();
    private readonly OpenAICompatibleOptions _nativeOptions = WithKeyAsHeader(options);

    public override IChatClient GetChatClient(string modelId)
    {
        var compatible = base.GetChatClient(modelId);
        if (!GeminiNativeDialect.Knows(modelId) || GeminiNativeDialect.AddressBeside(BaseAddress) is not { } address)
        {
            return compatible;
        }

        var transport = new OpenAITransport(Name, _clients, () => address, _nativeOptions, new GeminiNativeDialect(modelId), TimeProvider);
        return new GeminiChatClient(compatible, new OpenAIChatClient(transport, modelId, prefersStreaming: false));
    }

    // The native interface takes a bearer for a token of OAuth; a key has a header of its own.
    private static OpenAICompatibleOptions WithKeyAsHeader(OpenAICompatibleOptions options)
    {
        var copy = new OpenAICompatibleOptions();
        foreach (var (name, value) in options.Headers)
        {
            copy.Headers[name] = value;
        }

        if (options.ApiKey is { Length: > 0 } key)
        {
            copy.Headers["x-goog-api-key"] = key;
        }

        return copy;
    }
}
