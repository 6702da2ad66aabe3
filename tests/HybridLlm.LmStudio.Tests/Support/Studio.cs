using System.Text.Json;
using HybridLlm.Conformance;
using HybridLlm.OpenAICompatible.Tests.Support;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using OpenAIWire = HybridLlm.OpenAICompatible.Tests.Support.Wire;

namespace HybridLlm.LmStudio.Tests.Support;

/// <summary>An LM Studio whose answers the test writes itself, path by path; to every other path it answers as LM Studio does. With the provider that talks to it.</summary>
internal sealed class Studio : IAsyncDisposable
{
    private readonly Dictionary<string, Func<TranscriptRequest, string>> _answers = [];
    private readonly LmStudioOptions _options = new() { Type = LmStudioProviderFactory.ProviderType };
    private readonly ProviderHost _host = new();
    private readonly TranscriptServer _server;

    public Studio(Action<LmStudioOptions>? configure = null)
    {
        _server = new(ServeAsync);
        _options.Endpoint = _server.Endpoint;
        configure?.Invoke(_options);
        _host.AddLmStudio();
    }

    public TimeProvider Clock
    {
        init => _host.Clock = value;
    }

    public LmStudioProvider Provider => (LmStudioProvider)_host.Create(_options);

    public string Endpoint => _server.Endpoint;

    public IEnumerable<string> Calls => _server.Requests.Select(request => request.RequestLine[..request.RequestLine.LastIndexOf(' ')]);

    public IEnumerable<JsonElement> BodiesOf(string path) =>
        _server.Requests.Where(request => request.RequestLine.StartsWith($"POST {path} ", StringComparison.Ordinal)).Select(request => JsonElement.Parse(request.Body));

    public string? LastHeader(string name) => _server.Requests.Last().Header(name);

    /// <summary>Sets the answer to a method and path, such as <c>GET /api/v1/models</c>.</summary>
    public Studio On(string call, Func<TranscriptRequest, string> answer)
    {
        _answers[call] = answer;
        return this;
    }

    public Studio On(string call, string answer) => On(call, _ => answer);

    public Studio OnJson(string call, string json, int status = 200) => On(call, OpenAIWire.Json(json, status));

    public Studio OnModels(params string[] entries) => OnJson("GET /api/v1/models", $$"""{"models":[{{string.Join(',', entries)}}]}""");

    public Studio OnChat(string content, string model = "qwen/qwen2.5-7b") => OnJson(
        "POST /v1/chat/completions",
        $$$"""{"id":"c1","object":"chat.completion","created":1745605592,"model":"{{{model}}}","choices":[{"index":0,"logprobs":null,"finish_reason":"stop","message":{"role":"assistant","content":{{{JsonEncoded(content)}}}}}],"usage":{"prompt_tokens":24,"completion_tokens":53,"total_tokens":77},"stats":{},"system_fingerprint":"{{{model}}}"}""");

    public Task<ChatResponse> AskAsync(string model = "qwen/qwen2.5-7b", ChatOptions? options = null) =>
        Provider.GetChatClient(model).GetResponseAsync("Hi", options, TestContext.Current.CancellationToken);

    public async Task<List<ChatResponseUpdate>> StreamAsync(string model = "qwen/qwen2.5-7b")
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in Provider.GetChatClient(model).GetStreamingResponseAsync("Hi", null, TestContext.Current.CancellationToken))
        {
            updates.Add(update);
        }

        return updates;
    }

    public static string Entry(string key, string more = "", params string[] instances) =>
        $$$"""{"type":"llm","publisher":"qwen","key":"{{{key}}}","display_name":"X","loaded_instances":[{{{string.Join(',', instances.Select(Instance))}}}],"max_context_length":32768{{{more}}}}""";

    private static string Instance(string id) => $$$"""{"id":"{{{id}}}","config":{"context_length":8192}}""";

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _server.DisposeAsync();
    }

    private static string JsonEncoded(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private async Task ServeAsync(TranscriptConnection connection)
    {
        while (await connection.ReadRequestAsync() is { } request)
        {
            var call = request.RequestLine[..request.RequestLine.LastIndexOf(' ')];
            await connection.SendAsync(_answers.TryGetValue(call, out var answer)
                ? answer(request)
                : OpenAIWire.Json($$"""{"error":"Unexpected endpoint or method. ({{call}})"}"""));
        }
    }
}
