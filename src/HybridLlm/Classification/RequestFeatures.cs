using Microsoft.Extensions.AI;

namespace HybridLlm.Classification;

/// <summary>Reads off a request what it needs of a model.</summary>
internal static class RequestFeatures
{
    /// <summary>Gets the features without which a model cannot serve the request.</summary>
    /// <remarks>
    /// JSON without a schema is no demand on the model, since any model can be asked for it in words; a schema is, since only a backend that
    /// holds answers to it keeps the promise.
    /// </remarks>
    public static LlmFeatures RequiredBy(LlmRequest request)
    {
        var features = LlmFeatures.None;
        if (request.RequireStreaming)
        {
            features |= LlmFeatures.Streaming;
        }

        if (OffersTools(request.Options))
        {
            features |= LlmFeatures.Tools;
        }

        if (request.Options?.ResponseFormat is ChatResponseFormatJson { Schema: not null })
        {
            features |= LlmFeatures.JsonSchema;
        }

        return HasImages(request.Messages) ? features | LlmFeatures.Vision : features;
    }

    /// <summary>Gets whether the model may call tools.</summary>
    public static bool OffersTools(ChatOptions? options) => options is { Tools.Count: > 0, ToolMode: not NoneChatToolMode };

    /// <summary>Gets whether the conversation ends with what a tool returned.</summary>
    public static bool EndsWithToolResult(IReadOnlyList<ChatMessage> messages)
    {
        if (messages.Count == 0)
        {
            return false;
        }

        var contents = messages[^1].Contents;
        for (var i = 0; i < contents.Count; i++)
        {
            if (contents[i] is FunctionResultContent)
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasImages(IReadOnlyList<ChatMessage> messages)
    {
        for (var i = 0; i < messages.Count; i++)
        {
            var contents = messages[i].Contents;
            for (var j = 0; j < contents.Count; j++)
            {
                if (contents[j] is DataContent data && data.HasTopLevelMediaType("image")
                    || contents[j] is UriContent uri && uri.HasTopLevelMediaType("image"))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
