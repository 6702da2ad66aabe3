using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible;

/// <summary>Names in <see cref="ChatOptions.AdditionalProperties"/> that mean something to an OpenAI-compatible server, and in answers.</summary>
/// <remarks>
/// Every other additional property becomes a member of the request under its own name, such as <c>min_p</c> or <c>user</c>, if its value is JSON: a string, a number,
/// a truth value, <see langword="null"/>, a <c>JsonElement</c> or <c>JsonNode</c>, or a list or dictionary of these. Those that begin with <c>hybridllm.</c> are
/// left out, and a member that the typed options already set is left to them.
/// </remarks>
public static class OpenAIOptionKeys
{
    /// <summary>In options: <see langword="true"/> asks for token probabilities. In answers: an <see cref="IReadOnlyList{T}"/> of <see cref="TokenLogprob"/>.</summary>
    public const string Logprobs = HybridLlmOptionKeys.Logprobs;

    /// <summary>In options: how many alternatives are reported for each token, 0 to 20. Needs <see cref="Logprobs"/>.</summary>
    public const string TopLogprobs = "top_logprobs";

    /// <summary>In options, and in the additional properties of a tool: whether a JSON schema is to be followed strictly.</summary>
    public const string Strict = "strict";
}
