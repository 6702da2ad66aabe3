using HybridLlm.Conformance;
using HybridLlm.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.OpenAICompatible.Tests;

/// <summary>The provider of vLLM against a simulated one.</summary>
public sealed class VllmConformanceTests : ScriptedProviderConformance
{
    protected override async ValueTask<ConformanceTarget> CreateAsync(CancellationToken cancellationToken)
    {
        var simulator = await OpenAISimulator.StartAsync(options => options.Embeddings = true, cancellationToken);
        var host = new ProviderHost();
        host.AddOpenAICompatible();
        return new ConformanceTarget(host.Create(new OpenAICompatibleOptions { Type = "Vllm", Endpoint = simulator.Endpoint.ToString() }), "sim-model")
        {
            Simulator = simulator,
            EmbeddingModel = "sim-model",
            Features = LlmFeatures.Streaming | LlmFeatures.Tools | LlmFeatures.JsonSchema | LlmFeatures.Logprobs | LlmFeatures.Reasoning,
        }.Owning(simulator, host);
    }

    protected override ProviderErrorKind KindOf(BackendError said) => said switch
    {
        // vLLM's internal error is an engine that died.
        BackendError.Internal => ProviderErrorKind.Unavailable,

        // It never says that it is loading: it refuses connections then.
        BackendError.Loading => ProviderErrorKind.Overloaded,
        _ => base.KindOf(said),
    };

    protected override IReadOnlyList<double> LogprobsOf(AdditionalPropertiesDictionary? properties) =>
        properties?.TryGetValue(OpenAIOptionKeys.Logprobs, out var value) == true && value is IReadOnlyList<TokenLogprob> tokens ? [.. tokens.Select(t => t.Logprob)] : [];
}
