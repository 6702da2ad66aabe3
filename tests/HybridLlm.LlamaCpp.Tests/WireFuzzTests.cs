using System.Text;
using HybridLlm.Conformance.Fuzz;
using HybridLlm.OpenAICompatible.Tests.Support;
using HybridLlm.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.LlamaCpp.Tests;

/// <summary>Damaged answers of llama-server and of its router: what they sent when they were recorded, and what the simulator sends.</summary>
public sealed class WireFuzzTests
{
    private const string Model = "sim-model";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Damaged_answers_are_answers_or_typed_failures(bool streams)
    {
        await using var simulator = await LlamaServerSimulator.StartAsync(options => options.Embeddings = true, Cancellation);
        await using var fuzzer = new WireFuzzer(new LlamaCppOptions { Type = LlamaCppProviderFactory.ProviderType, Endpoint = simulator.Endpoint.ToString() });
        fuzzer.AddLlamaCpp();
        fuzzer.AddCommon(Model).AddEmbeddings(Model).AddResidency(Model, unloads: false).AddTokens(Model)
            .Add("slots", static (provider, cancellationToken) => ((LlamaCppProvider)provider).GetSlotsAsync(null, cancellationToken));

        await fuzzer.RecordAsync(Cancellation);
        await fuzzer.RecordVariantsAsync(simulator, Cancellation);
        fuzzer.Add(Transcripts.Names("llamacpp").Select(name => WireAnswer.Parse(Transcripts.Request("llamacpp", name), Transcripts.Response("llamacpp", name))).OfType<WireAnswer>());

        TestContext.Current.TestOutputHelper?.WriteLine((await fuzzer.RunAsync(streams, seed: 11, Cancellation)).ToString());
    }

    [Fact]
    public async Task Damaged_answers_of_a_router_and_of_an_old_server_are_answers_or_typed_failures()
    {
        await using var fuzzer = new WireFuzzer(new LlamaCppOptions { Type = LlamaCppProviderFactory.ProviderType, Endpoint = "http://127.0.0.1:1" });
        fuzzer.Mutations = 25_000;
        fuzzer.AddLlamaCpp();
        fuzzer.Add(WireOperations.Models, static (provider, cancellationToken) => provider.ListModelsAsync(cancellationToken)).AddResidency(Model, unloads: true).AddTokens(Model);
        var props = Json("GET", "/props", """{"role":"router","max_instances":2,"default_generation_settings":{"params":null,"n_ctx":0},"build_info":"b11669-Debian"}""");
        fuzzer
            .Script(WireOperations.Models, List("/v1/models", "loaded"), props)
            .Script("state", props, List("/v1/models", "loading"))
            .Script("load", props, Json("POST", "/models/load", """{"success":true}"""), List("/models", "loading"), List("/models", "loaded"))
            .Script("unload", props, Json("POST", "/models/unload", """{"success":true}"""), List("/models", "loaded"), List("/models", "unloaded"))
            .Script("tokens", Json("POST", "/apply-template", """{"prompt":"<|im_start|>user\nHi ü<|im_end|>"}"""), Json("POST", "/tokenize", """{"tokens":[1,4093,198]}"""));

        TestContext.Current.TestOutputHelper?.WriteLine((await fuzzer.RunAsync(streams: false, seed: 12, Cancellation)).ToString());
    }

    // As the router's recordings 701 to 738 have it, shortened.
    private static WireAnswer List(string path, string state) => Json("GET", path, $$$"""
        {"data":[{"id":"{{{Model}}}","aliases":["a"],"tags":[],"object":"model","owned_by":"llamacpp","created":1795217525,
          "status":{"value":"{{{state}}}","args":["llama-server","--ctx-size","1024","--parallel","2"],"failed":false,"exit_code":1},
          "architecture":{"input_modalities":["text","image"]},"context_length":2048,
          "meta":{"n_ctx":1024,"n_ctx_train":2048,"n_params":525440,"size":775680,"ftype":"Q4_K - Medium"}}],"object":"list"}
        """);

    private static WireAnswer Json(string method, string path, string body) => new(method, path, 200, "application/json; charset=utf-8", Encoding.UTF8.GetBytes(body));
}
