using HybridLlm.Conformance;
using HybridLlm.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.OpenAICompatible.Tests;

/// <summary>The common protocol against a llama-server, which nobody told the provider of.</summary>
public sealed class LlamaServerConformanceTests : ScriptedProviderConformance
{
    protected override async ValueTask<ConformanceTarget> CreateAsync(CancellationToken cancellationToken)
    {
        var simulator = await LlamaServerSimulator.StartAsync(options => options.Embeddings = true, cancellationToken);
        var host = new ProviderHost();
        host.AddOpenAICompatible();
        var options = new OpenAICompatibleOptions { Type = OpenAICompatibleProviderFactory.ProviderType, Endpoint = simulator.Endpoint.ToString() };
        return new ConformanceTarget(host.Create(options), "sim-model")
        {
            Simulator = simulator,
            EmbeddingModel = "sim-model",
            Features = LlmFeatures.Streaming | LlmFeatures.Tools | LlmFeatures.JsonSchema | LlmFeatures.Logprobs | LlmFeatures.Reasoning,
        }.Owning(simulator, host);
    }

    protected override IReadOnlyList<double> LogprobsOf(AdditionalPropertiesDictionary? properties) =>
        properties?.TryGetValue(OpenAIOptionKeys.Logprobs, out var value) == true && value is IReadOnlyList<TokenLogprob> tokens ? [.. tokens.Select(t => t.Logprob)] : [];
}
