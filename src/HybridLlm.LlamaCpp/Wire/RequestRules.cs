using HybridLlm.OpenAICompatible;
using Microsoft.Extensions.AI;

namespace HybridLlm.LlamaCpp.Wire;

/// <summary>Holds requests to what llama-server does, where it would silently do something else.</summary>
internal static class RequestRules
{
    /// <summary>Checks options, and adds what the server needs to do as they say.</summary>
    /// <param name="options">The options of the caller, which stay as they are.</param>
    /// <param name="provider">The provider's name, for messages.</param>
    /// <param name="modelId">The model, for messages.</param>
    /// <returns>The options to send.</returns>
    /// <exception cref="ProviderException">The request cannot be meant.</exception>
    public static ChatOptions? Apply(ChatOptions? options, string provider, string modelId)
    {
        if (options is null)
        {
            return null;
        }

        if (options.MaxOutputTokens is <= 0)
        {
            throw Refuse($"MaxOutputTokens is {options.MaxOutputTokens}; llama-server would generate a token all the same. Ask for 1 or more.");
        }

        var callsTools = options.Tools is { Count: > 0 } && options.ToolMode is not NoneChatToolMode;
        if (options.AdditionalProperties?.TryGetValue(LlamaCppPropertyNames.Grammar, out var grammar) == true && grammar is string { Length: > 0 })
        {
            if (callsTools)
            {
                throw Refuse("llama-server has no place for a grammar beside tools, whose calls are held to a grammar of their own. Leave out one of them.");
            }

            if (options.ResponseFormat is ChatResponseFormatJson)
            {
                throw Refuse("llama-server passes over a grammar beside a JSON response format. Leave out one of them.");
            }
        }

        if (options.ToolMode is RequiredChatToolMode { RequiredFunctionName: { } name } && options.Tools?.Any(tool => tool.Name == name) != true)
        {
            throw Refuse($"The tool '{name}' is required but not among the tools of the request.");
        }

        return callsTools ? WithoutLogprobs(options) : WithAlternatives(options);

        ProviderException Refuse(string why) => new(ProviderErrorKind.InvalidRequest, why) { Provider = provider, ModelId = modelId };
    }

    /// <summary>The server refuses token probabilities in a stream with tools. An answer without them is better than none.</summary>
    private static ChatOptions WithoutLogprobs(ChatOptions options)
    {
        if (options.AdditionalProperties?.ContainsKey(OpenAIOptionKeys.Logprobs) != true)
        {
            return options;
        }

        var copy = options.Clone();
        copy.AdditionalProperties!.Remove(OpenAIOptionKeys.Logprobs);
        copy.AdditionalProperties.Remove(OpenAIOptionKeys.TopLogprobs);
        return copy;
    }

    /// <summary>The server reports token probabilities only together with at least one alternative.</summary>
    private static ChatOptions WithAlternatives(ChatOptions options)
    {
        if (options.AdditionalProperties?.TryGetValue(OpenAIOptionKeys.Logprobs, out var logprobs) != true || logprobs is not true
            || (options.AdditionalProperties.TryGetValue(OpenAIOptionKeys.TopLogprobs, out var top) && top is not (null or 0)))
        {
            return options;
        }

        var copy = options.Clone();
        copy.AdditionalProperties![OpenAIOptionKeys.TopLogprobs] = 1;
        return copy;
    }
}
