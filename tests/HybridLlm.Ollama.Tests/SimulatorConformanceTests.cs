using HybridLlm.Conformance;
using HybridLlm.OpenAICompatible;
using HybridLlm.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.Ollama.Tests;

/// <summary>The provider against a simulated Ollama.</summary>
public sealed class SimulatorConformanceTests : ScriptedProviderConformance
{
    // Only a line with done says that an answer is complete; the oldest servers give no reason in it.
    protected override IReadOnlyList<Fault> StreamsWithoutAnEnd => [Fault.EmptyStream(), Fault.MissingDone()];

    protected override IReadOnlyList<Fault> HarmlessToStreams => [Fault.MergeFrames(), Fault.MissingFinishReason()];

    // An answer without text is one: the model had nothing to say. One whose JSON stops in the middle broke off.
    protected override (Fault Fault, ProviderErrorKind Kind) NoAnswer => (Fault.MalformedJson(), ProviderErrorKind.StreamInterrupted);

    protected override bool ArgumentsAreObjects => true;

    protected override async ValueTask<ConformanceTarget> CreateAsync(CancellationToken cancellationToken)
    {
        var simulator = await OllamaSimulator.StartAsync(
            options =>
            {
                options.Slots = 8;
                options.ContextLength = 32_768;
                options.Models.Add(new("sim-model") { SupportsThinking = true });
                options.Models.Add(new("sim-embed") { IsEmbedding = true });
            },
            cancellationToken);
        var host = new ProviderHost();
        host.AddOllama();
        return new ConformanceTarget(host.Create(new OllamaOptions { Type = OllamaProviderFactory.ProviderType, Endpoint = simulator.Endpoint.ToString() }), "sim-model")
        {
            Simulator = simulator,
            EmbeddingModel = "sim-embed",
            Features = LlmFeatures.Streaming | LlmFeatures.Tools | LlmFeatures.JsonSchema | LlmFeatures.Logprobs | LlmFeatures.Reasoning,
            Unloads = true,
        }.Owning(simulator, host);
    }

    // Nothing is sent while a model loads, so the one error about it is that it did not load in time.
    protected override ProviderErrorKind KindOf(BackendError said) => said == BackendError.Loading ? ProviderErrorKind.Timeout : base.KindOf(said);

    protected override IReadOnlyList<double> LogprobsOf(AdditionalPropertiesDictionary? properties) =>
        properties?.TryGetValue(OpenAIOptionKeys.Logprobs, out var value) == true && value is IReadOnlyList<TokenLogprob> tokens ? [.. tokens.Select(token => token.Logprob)] : [];
}
