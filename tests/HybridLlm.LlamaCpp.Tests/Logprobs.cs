using HybridLlm.OpenAICompatible;
using Microsoft.Extensions.AI;

namespace HybridLlm.LlamaCpp.Tests;

/// <summary>Where this provider puts the probabilities of tokens.</summary>
internal static class Logprobs
{
    public static IReadOnlyList<double> Read(AdditionalPropertiesDictionary? properties) =>
        properties?.TryGetValue(OpenAIOptionKeys.Logprobs, out var value) == true && value is IReadOnlyList<TokenLogprob> tokens ? [.. tokens.Select(t => t.Logprob)] : [];
}
