using HybridLlm.Conformance;
using HybridLlm.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.LlamaCpp.Tests;

/// <summary>The provider against a simulated llama-server.</summary>
public sealed class SimulatorConformanceTests : ScriptedProviderConformance
{
    protected override async ValueTask<ConformanceTarget> CreateAsync(CancellationToken cancellationToken)
    {
        var simulator = await LlamaServerSimulator.StartAsync(options => options.Embeddings = true, cancellationToken);
        var host = new ProviderHost();
        host.AddLlamaCpp();
        return new ConformanceTarget(host.Create(new LlamaCppOptions { Type = LlamaCppProviderFactory.ProviderType, Endpoint = simulator.Endpoint.ToString() }), "sim-model")
        {
            Simulator = simulator,
            EmbeddingModel = "sim-model",
            Features = LlmFeatures.Streaming | LlmFeatures.Tools | LlmFeatures.JsonSchema | LlmFeatures.Logprobs | LlmFeatures.Reasoning,
        }.Owning(simulator, host);
    }

    // The internal error that llama-server has is a context that several requests filled together.
    protected override ProviderErrorKind KindOf(BackendError said) =>
        said == BackendError.Internal ? ProviderErrorKind.Overloaded : base.KindOf(said);

    protected override IReadOnlyList<double> LogprobsOf(AdditionalPropertiesDictionary? properties) => Logprobs.Read(properties);
}
