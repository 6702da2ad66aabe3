using HybridLlm.Conformance;
using HybridLlm.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.LmStudio.Tests;

/// <summary>The provider against a simulated LM Studio 0.4.</summary>
public sealed class SimulatorConformanceTests : ScriptedProviderConformance
{
    protected override async ValueTask<ConformanceTarget> CreateAsync(CancellationToken cancellationToken)
    {
        var simulator = await LmStudioSimulator.StartAsync(
            static options =>
            {
                options.Models.Add(new("qwen/qwen3-4b") { SupportsThinking = true });
                options.Models.Add(new("text-embedding-nomic-embed-text-v1.5") { IsEmbedding = true });
            },
            cancellationToken);
        var host = new ProviderHost();
        host.AddLmStudio();
        return new ConformanceTarget(host.Create(new LmStudioOptions { Type = LmStudioProviderFactory.ProviderType, Endpoint = simulator.Endpoint.ToString() }), "qwen/qwen3-4b")
        {
            Simulator = simulator,
            EmbeddingModel = "text-embedding-nomic-embed-text-v1.5",
            Features = LlmFeatures.Streaming | LlmFeatures.Tools | LlmFeatures.JsonSchema | LlmFeatures.Reasoning,
            Unloads = true,
        }.Owning(simulator, host);
    }

    // LM Studio has no error for a model that is loading: requests wait. What it words so is a load that failed.
    protected override ProviderErrorKind KindOf(BackendError said) => said == BackendError.Loading ? ProviderErrorKind.ServerError : base.KindOf(said);

    [Fact]
    public async Task Twenty_first_requests_load_the_model_once()
    {
        var simulator = (LmStudioSimulator)Target.Simulator!;
        using var chat = Target.Provider.GetChatClient(Target.Model);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => chat.GetResponseAsync("Hi", cancellationToken: Deadline)));
        Assert.Equal((1, 20), (simulator.LoadCount, simulator.Requests.Count(request => request.IsGeneration)));
    }
}
