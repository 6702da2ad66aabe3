using System.Text;
using System.Text.Json;
using HybridLlm.Conformance.Fuzz;
using HybridLlm.OpenAICompatible.Tests.Support;
using HybridLlm.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.OpenAICompatible.Tests;

/// <summary>Damaged answers of every server that speaks OpenAI's protocol: what they sent when they were recorded, else what the simulator sends.</summary>
public sealed class WireFuzzTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("OpenAICompatible", true)]
    [InlineData("OpenAICompatible", false)]
    [InlineData("Vllm", true)]
    [InlineData("Vllm", false)]
    [InlineData("LlamaCppPython", true)]
    [InlineData("LlamaCppPython", false)]
    [InlineData("Gemini", true)]
    [InlineData("Gemini", false)]
    [InlineData("HuggingFace", true)]
    [InlineData("HuggingFace", false)]
    public async Task Damaged_answers_are_answers_or_typed_failures(string type, bool streams)
    {
        await using var simulator = await OpenAISimulator.StartAsync(options => options.Embeddings = true, Cancellation);
        await using var fuzzer = new WireFuzzer(new OpenAICompatibleOptions { Type = type, Endpoint = simulator.Endpoint + "v1" });
        fuzzer.Mutations = type == "Vllm" ? 100_000 : 25_000; // The five share their reader.
        fuzzer.AddOpenAICompatible();
        fuzzer.AddCommon("sim-model").AddEmbeddings("sim-model");
        if (type == "Vllm")
        {
            fuzzer.AddTokens("sim-model").AddLoad();
        }

        if (type == "HuggingFace")
        {
            fuzzer.AddLoad();
            ScriptTextGenerationInference(fuzzer);
        }

        await fuzzer.RecordAsync(Cancellation);
        await fuzzer.RecordVariantsAsync(simulator, Cancellation);
        fuzzer.Add(Recordings(type));

        TestContext.Current.TestOutputHelper?.WriteLine((await fuzzer.RunAsync(streams, seed: 1, Cancellation)).ToString());
    }

    [Theory]
    [InlineData("HuggingFace", "/v1/models", RouterModels)]
    [InlineData("Gemini", "/v1beta/openai/models", GeminiModels)]
    public async Task Damaged_lists_of_models_are_lists_or_typed_failures(string type, string path, string body)
    {
        await using var fuzzer = new WireFuzzer(new OpenAICompatibleOptions { Type = type, ApiKey = "x" });
        fuzzer.Mutations = 25_000;
        fuzzer.AddOpenAICompatible();
        fuzzer.Add(WireOperations.Models, static (provider, cancellationToken) => provider.ListModelsAsync(cancellationToken)).Script(WireOperations.Models, Json("GET", path, body));

        TestContext.Current.TestOutputHelper?.WriteLine((await fuzzer.RunAsync(streams: false, seed: 2, Cancellation)).ToString());
    }

    // The forms are those of https://ai.google.dev/api/generate-content.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Damaged_answers_of_Geminis_own_interface_are_answers_or_typed_failures(bool streams)
    {
        const string Path = "/v1beta/models/gemini-2.5-flash:";
        const string Candidate = """{"candidates":[{"content":{"role":"model","parts":[{"text":"Hm ü","thought":true},{"text":"{\"a\":1}"}]},"index":0}],"usageMetadata":{"promptTokenCount":12,"totalTokenCount":15}}""";
        const string Last = """{"candidates":[{"content":{"role":"model","parts":[{"text":" 😀"}]},"finishReason":"STOP","index":0,"safetyRatings":[]}],"usageMetadata":{"promptTokenCount":12,"candidatesTokenCount":2,"thoughtsTokenCount":3,"totalTokenCount":17},"modelVersion":"gemini-2.5-flash","responseId":"r"}""";
        const string Blocked = """{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":5}}""";
        const string Error = """[{"error":{"code":429,"message":"x","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"58s"}]}}]""";
        await using var fuzzer = new WireFuzzer(new OpenAICompatibleOptions { Type = "Gemini", ApiKey = "x" });
        fuzzer.AddOpenAICompatible();
        var options = new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonElement.Parse("""{"type":"object","additionalProperties":{"type":"integer"}}""")) };
        if (streams)
        {
            fuzzer.Add(WireOperations.Stream, async (provider, cancellationToken) => Assert.NotNull((await provider.GetChatClient("gemini-2.5-flash").GetStreamingResponseAsync("Hi", options, cancellationToken).ToChatResponseAsync(cancellationToken)).Text))
                .Script(WireOperations.Stream, Events(Candidate, Last));
            fuzzer.Add([Events(Candidate, Error), Events(Blocked)]);
        }
        else
        {
            fuzzer.Add(WireOperations.Whole, async (provider, cancellationToken) => Assert.NotNull((await provider.GetChatClient("gemini-2.5-flash").GetResponseAsync("Hi", options, cancellationToken)).Text))
                .Script(WireOperations.Whole, Json("POST", Path + "generateContent", Last));
            fuzzer.Add([Json("POST", Path + "generateContent", Candidate), Json("POST", Path + "generateContent", Blocked), Json("POST", Path + "generateContent", Error) with { Status = 429 }]);
        }

        TestContext.Current.TestOutputHelper?.WriteLine((await fuzzer.RunAsync(streams, seed: 3, Cancellation)).ToString());

        static WireAnswer Events(params string[] events) =>
            new("POST", Path + "streamGenerateContent", 200, "text/event-stream", Encoding.UTF8.GetBytes(string.Concat(events.Select(static data => $"data: {data}\r\n\r\n"))));
    }

    private const string RouterModels = """
        {"object":"list","data":[
          {"id":"a/one","object":"model","architecture":{"input_modalities":["text","image"],"output_modalities":["text"]},
           "providers":[{"provider":"x","status":"live","context_length":32768,"supports_tools":true,"supports_structured_output":false},{"provider":"y","status":"error"}]},
          {"id":"a/gone","object":"model","providers":[{"provider":"x","status":"error"}]}]}
        """;

    private const string GeminiModels = """{"object":"list","data":[{"id":"models/gemini-2.5-flash","object":"model","owned_by":"google"},{"id":"models/gemini-embedding-001","object":"model"}]}""";

    private static IEnumerable<WireAnswer> Recordings(string type)
    {
        var server = type switch { "Vllm" => "vllm", "LlamaCppPython" => "llama-cpp-python", _ => null };
        return server is null ? [] : Transcripts.Names(server).Select(name => WireAnswer.Parse(Transcripts.Request(server, name), Transcripts.Response(server, name))).OfType<WireAnswer>();
    }

    // As its documentation and the tests of its provider have them.
    private static void ScriptTextGenerationInference(WireFuzzer fuzzer) => fuzzer
        .Script(
            WireOperations.Models,
            Json("GET", "/v1/models", """{"object":"list","data":[{"id":"Qwen/Qwen2.5-7B","object":"model","created":0,"owned_by":"Qwen/Qwen2.5-7B"}]}"""),
            Json("GET", "/info", """{"model_id":"Qwen/Qwen2.5-7B","model_sha":"abc","max_concurrent_requests":128,"max_input_tokens":4095,"max_total_tokens":4096,"version":"3.3.7"}"""))
        .Script("metrics", new WireAnswer("GET", "/metrics", 200, "text/plain", "tgi_queue_size 3\ntgi_batch_current_size 7\ntgi_request_queue_duration_sum 4\ntgi_request_queue_duration_count 8\n"u8.ToArray()))
        .Script("health", Json("GET", "/health", """{"error":"unhealthy","error_type":"healthcheck"}""") with { Status = 503 });

    private static WireAnswer Json(string method, string path, string body) => new(method, path, 200, "application/json", Encoding.UTF8.GetBytes(body));
}
