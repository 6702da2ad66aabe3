using System.Text.Json;
using HybridLlm.Ollama.Models;

namespace HybridLlm.Ollama.Chat;

/// <summary>Finds answers to prompts that the server has cut to fit the context.</summary>
/// <remarks>
/// Servers from 0.12.6 on refuse such a prompt, because every request says <c>"truncate":false</c>. Older ones cut it all the same and say nothing; then the count of the
/// prompt's tokens gives them away: it is the whole context, or exactly what is left after cutting a single message, or it cannot be all of so much text.
/// </remarks>
internal sealed class PromptCheck(ContextPolicy contexts, Func<CancellationToken, Task<Version?>> getVersion, string provider)
{
    private const int KeptTokens = 4;

    // The longest that the tokens of a text are on average, with room to spare: English has 4 to 5 characters each.
    private const int CharactersPerToken = 8;

    // The first one that lets the client decide.
    private static readonly Version FirstThatRefuses = new(0, 12, 6);

    /// <summary>Checks an answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="line">The answer's last line.</param>
    /// <param name="cancellationToken">Cancels the question for the server's version.</param>
    /// <returns>A task that completes when the answer is found to be one to the whole prompt.</returns>
    /// <exception cref="ProviderException">The answer is one to a part of the prompt.</exception>
    internal async ValueTask CheckAsync(OllamaRequest request, AnswerLine line, CancellationToken cancellationToken)
    {
        if (line.PromptTokens is not { } tokens
            || contexts.Known(request.ModelId) is not { } context
            || !IsSuspicious(tokens, request.TextLength, context)
            || IsCutAllowed(request)
            || await getVersion(cancellationToken).ConfigureAwait(false) is { } version && version >= FirstThatRefuses)
        {
            return;
        }

        throw new ProviderException(
            ProviderErrorKind.ContextExceeded,
            $"Provider '{provider}' cut the prompt to fit the context of {context} tokens and answered from the rest. Servers from {FirstThatRefuses} on refuse such a prompt beforehand.")
        {
            Provider = provider,
            ModelId = request.ModelId,
            ContextLength = context,
        };
    }

    internal static bool IsSuspicious(long promptTokens, long textLength, int context)
    {
        // A single message that is too long is cut to its first few tokens and the newest half of what fits.
        var half = KeptTokens + ((context - KeptTokens) / 2);
        return promptTokens >= context
            || textLength / CharactersPerToken > context
            || (promptTokens >= half && promptTokens <= half + 1 && textLength > 2L * context);
    }

    private static bool IsCutAllowed(OllamaRequest request) =>
        request.Options?.AdditionalProperties?.TryGetValue(OllamaPropertyNames.Truncate, out var value) == true
        && value is true or JsonElement { ValueKind: JsonValueKind.True };
}
