using HybridLlm.OpenAICompatible;
using Microsoft.Extensions.AI;

namespace HybridLlm.Ollama;

/// <summary>Names in <see cref="ChatOptions.AdditionalProperties"/>, and in those of answers, that mean something to Ollama in particular.</summary>
/// <remarks>
/// <see cref="OpenAIOptionKeys.Logprobs"/> and <see cref="OpenAIOptionKeys.TopLogprobs"/> mean the same here. Every other additional property whose value is JSON is sent
/// as one of Ollama's <c>options</c> under its own name, such as <c>min_p</c> or <c>repeat_penalty</c>. Those that decide how a model is loaded (<c>num_ctx</c>,
/// <c>num_gpu</c>, <c>keep_alive</c> and the like) are refused: see <see cref="OllamaOptions"/>.
/// </remarks>
public static class OllamaPropertyNames
{
    /// <summary>
    /// In options: whether and how much the model thinks, in Ollama's own words: a truth value, or <c>low</c>, <c>medium</c>, <c>high</c> or <c>max</c>.
    /// <see cref="ChatOptions.Reasoning"/> says the same in the common words and is the better place.
    /// </summary>
    public const string Think = "think";

    /// <summary>
    /// In options: <see langword="true"/> lets the server cut a prompt that does not fit the context, and say nothing. By default such a prompt is refused as
    /// <see cref="ProviderErrorKind.ContextExceeded"/>.
    /// </summary>
    public const string Truncate = "truncate";

    /// <summary>In answers, and in the last update of a stream: the <see cref="OllamaTimings"/>.</summary>
    public const string Timings = "ollama.timings";
}
