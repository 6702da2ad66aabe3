using HybridLlm.Conformance;
using HybridLlm.LlamaCpp.Tests.Hosting;
using Microsoft.Extensions.AI;

namespace HybridLlm.LlamaCpp.Tests;

/// <summary>The provider against a real llama-server that it supervises.</summary>
[Collection(nameof(RealServers))]
public sealed class RealConformanceTests : ProviderConformance
{
    protected override async ValueTask<ConformanceTarget> CreateAsync(CancellationToken cancellationToken)
    {
        var backend = LlamaBackend.Supervised("babble.gguf", options => options.ContextSize = 100_000);
        await backend.Provider.LoadModelAsync("babble", cancellationToken);
        return new ConformanceTarget(backend.Provider, "babble")
        {
            Features = LlmFeatures.Streaming | LlmFeatures.Tools | LlmFeatures.JsonSchema | LlmFeatures.Logprobs,
            Unloads = true,
            LongAnswer = new() { AdditionalProperties = new() { ["ignore_eos"] = true } },
            IsBusy = async token => (await backend.Provider.GetSlotsAsync(cancellationToken: token)).Any(slot => slot.IsProcessing),
        }.Owning(backend);
    }

    protected override IReadOnlyList<double> LogprobsOf(AdditionalPropertiesDictionary? properties) => Logprobs.Read(properties);
}
