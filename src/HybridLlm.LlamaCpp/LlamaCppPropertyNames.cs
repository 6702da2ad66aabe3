using Microsoft.Extensions.AI;

namespace HybridLlm.LlamaCpp;

/// <summary>Names in <see cref="ChatOptions.AdditionalProperties"/>, and in those of answers, that mean something to llama.cpp in particular.</summary>
/// <remarks>
/// Every other parameter of llama-server, such as <c>min_p</c>, <c>repeat_penalty</c> or <c>chat_template_kwargs</c>, can be given under its own name.
/// </remarks>
public static class LlamaCppPropertyNames
{
    /// <summary>In options: a grammar (GBNF, a string) that the answer must follow. It excludes tools and a JSON response format.</summary>
    public const string Grammar = "grammar";

    /// <summary>In answers, and in the last update of a stream: the <see cref="LlamaCppTimings"/>.</summary>
    public const string Timings = "llamacpp.timings";
}
