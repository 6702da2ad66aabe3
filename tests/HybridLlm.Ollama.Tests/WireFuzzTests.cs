using HybridLlm.Conformance.Fuzz;
using HybridLlm.OpenAICompatible.Tests.Support;
using HybridLlm.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.Ollama.Tests;

/// <summary>Damaged answers of Ollama: what it sent when it was recorded, and what the simulator sends.</summary>
public sealed class WireFuzzTests
{
    private const string Model = "sim-model";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Damaged_answers_are_answers_or_typed_failures(bool streams)
    {
        await using var simulator = await OllamaSimulator.StartAsync(
            options =>
            {
                options.ContextLength = 32_768;
                options.Models.Add(new(Model) { SupportsThinking = true });
                options.Models.Add(new("sim-embed") { IsEmbedding = true });
                options.Registry.Add(new("sim-new"));
            },
            Cancellation);
        await using var fuzzer = new WireFuzzer(new OllamaOptions
        {
            Type = OllamaProviderFactory.ProviderType,
            Endpoint = simulator.Endpoint.ToString(),
            KeepAlive = TimeSpan.FromMinutes(5),
        });
        fuzzer.AddOllama();
        fuzzer.AddCommon(Model).AddEmbeddings("sim-embed").AddResidency(Model, unloads: true)
            .Add("download", static (provider, cancellationToken) => ((IModelDownloader)provider).DownloadModelAsync("sim-new", null, cancellationToken))
            .Add("delete", static (provider, cancellationToken) => ((IModelDownloader)provider).DeleteModelAsync("sim-new", cancellationToken));

        await fuzzer.RecordAsync(Cancellation);
        await fuzzer.RecordVariantsAsync(simulator, Cancellation);
        fuzzer.Add(Transcripts.Names("ollama").Select(name => WireAnswer.Parse(Transcripts.Request("ollama", name), Transcripts.Response("ollama", name))).OfType<WireAnswer>());

        TestContext.Current.TestOutputHelper?.WriteLine((await fuzzer.RunAsync(streams, seed: 31, Cancellation)).ToString());
    }
}
