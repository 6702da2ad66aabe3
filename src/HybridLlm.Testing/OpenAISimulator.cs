using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using HybridLlm.Testing.Generation;
using HybridLlm.Testing.Http;
using HybridLlm.Testing.OpenAI;

namespace HybridLlm.Testing;

/// <summary>
/// An OpenAI-compatible server, as vLLM is one: chat completions, streamed and not, with tools, JSON schemas, reasoning and
/// logprobs; embeddings; <c>/v1/models</c>, <c>/health</c>, <c>/ping</c>, <c>/version</c>, <c>/load</c>, <c>/metrics</c>,
/// <c>/tokenize</c>.
/// </summary>
/// <remarks>
/// Like the original it sends the headers of a stream before the request has a slot, refuses connections while its model loads,
/// ends a generation as soon as its client leaves, and answers 404 for models it does not have. A request gets one choice,
/// whatever its <c>n</c>.
/// </remarks>
public sealed class OpenAISimulator : LlmSimulator
{
    private static readonly Dictionary<string, string> Routes = new(StringComparer.Ordinal)
    {
        ["/health"] = "GET",
        ["/ping"] = "GET, POST",
        ["/version"] = "GET",
        ["/load"] = "GET",
        ["/metrics"] = "GET",
        ["/v1/models"] = "GET",
        ["/tokenize"] = "POST",
        ["/v1/chat/completions"] = "POST",
    };

    private readonly OpenAISimulatorOptions _options;
    private readonly VllmMetrics _metrics = new();
    private readonly VllmChat _chat;
    private readonly CancellationTokenSource _disposed = new();
    private Task _loading = Task.CompletedTask;

    private OpenAISimulator(OpenAISimulatorOptions options)
        : base(options)
    {
        _options = options;
        _chat = new VllmChat(options, _metrics);
    }

    /// <summary>Gets a task that completes when the model is loaded and connections are accepted.</summary>
    public Task Loaded => _loading;

    /// <summary>Starts a simulator.</summary>
    /// <param name="configure">Sets it up; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>The simulator. While <see cref="LlmSimulatorOptions.LoadTime"/> lasts it refuses connections.</returns>
    public static async Task<OpenAISimulator> StartAsync(
        Action<OpenAISimulatorOptions>? configure = null,
        CancellationToken cancellationToken = default)
    {
        var options = new OpenAISimulatorOptions();
        configure?.Invoke(options);
        var simulator = new OpenAISimulator(options);
        if (options.LoadTime > TimeSpan.Zero)
        {
            simulator._loading = simulator.LoadAsync(Task.Delay(options.LoadTime, options.TimeProvider, simulator._disposed.Token));
        }
        else
        {
            await simulator.OpenAsync(cancellationToken).ConfigureAwait(false);
        }

        return simulator;
    }

    internal override string MalformedRequestAnswer => new HeadBuilder(400)
        .Add("date", Date).Add("server", "uvicorn").Add("content-type", "text/plain; charset=utf-8")
        .Add("content-length", 30).Add("connection", "close") + "Invalid HTTP request received.";

    private string Date => Clock.GetUtcNow().ToString("R");

    internal override string WriteHead(ResponseHead head, WireRequest request)
    {
        var builder = new HeadBuilder(head.Status);
        var redirects = head.Status == 307;
        builder.Add("date", Date).Add("server", "uvicorn").Add(redirects ? [] : head.Extra);
        builder.Add("content-length", head.ContentLength).Add(redirects ? head.Extra : []).Add("content-type", head.ContentType);
        builder.Add("vary", head.Status == 401 ? null : "Origin");
        builder.Add("transfer-encoding", head.ContentLength is null ? "chunked" : null);
        return builder.Add("connection", head.Close ? "close" : null).ToString();
    }

    internal override Answer ErrorAnswer(BackendError error) => VllmErrors.Of(error, _options.Model, _options.ContextLength);

    internal override IReadOnlyList<byte[]> StreamError(StreamErrorForm form) => form == StreamErrorForm.Backend
        ? [VllmErrors.EngineDeadEvent, VllmChat.Done]
        : StreamErrors.Events(form, ErrorAnswer(BackendError.Internal).Body.Span);

    internal override byte[] EmptyChoices(bool streamed) => streamed ? Json.Event(WriteEmpty) : Json.Object(WriteEmpty);

    internal override bool IsGeneration(WireRequest request) => request is { Method: "POST", Path: "/v1/chat/completions" or "/v1/embeddings" };

    internal override Task RouteAsync(Exchange exchange)
    {
        var request = exchange.Request;
        if (request.Path.StartsWith("/v1", StringComparison.Ordinal) && request.Method != "OPTIONS" && !HasKey(request))
        {
            return exchange.SendAsync(VllmErrors.Unauthorized);
        }

        if (request.Path == "/v1/models/")
        {
            return exchange.SendAsync(new Answer(307, null, default) { Extra = [new("location", $"{Endpoint}v1/models")] });
        }

        var methods = request.Path == "/v1/embeddings" && _options.Embeddings ? "POST" : Routes.GetValueOrDefault(request.Path);
        return methods is null ? exchange.SendAsync(VllmErrors.NotFound)
            : !methods.Split(", ").Contains(request.Method) ? exchange.SendAsync(VllmErrors.WrongMethod(methods))
            : methods == "POST" ? PostAsync(exchange)
            : exchange.SendAsync(Inform(request.Path));
    }

    private protected override async ValueTask DisposeCoreAsync()
    {
        await _disposed.CancelAsync().ConfigureAwait(false);
        await _loading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _disposed.Dispose();
        await base.DisposeCoreAsync().ConfigureAwait(false);
    }

    private async Task LoadAsync(Task wait)
    {
        await wait.ConfigureAwait(false);
        await OpenAsync(_disposed.Token).ConfigureAwait(false);
    }

    private bool HasKey(WireRequest request)
    {
        const string Scheme = "Bearer ";
        var authorization = request.Header("Authorization");
        return _options.ApiKeys.Count == 0
            || (authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true && _options.ApiKeys.Contains(authorization[Scheme.Length..]));
    }

    private Answer Inform(string path) => path switch
    {
        "/version" => new Answer(200, VllmErrors.JsonType, Json.Object(root => root.WriteString("version", _options.Version))),
        "/load" => new Answer(200, VllmErrors.JsonType, Json.Object(static root => root.WriteNumber("server_load", 0))),
        "/v1/models" => new Answer(200, VllmErrors.JsonType, VllmInformation.Models(_options, Now())),
        "/metrics" => new Answer(200, "text/plain; version=1.0.0; charset=utf-8", Encoding.UTF8.GetBytes(_metrics.Render(_options.Model, Slots))),
        _ => new Answer(200, null, default),
    };

    private async Task PostAsync(Exchange exchange)
    {
        var type = exchange.Request.Header("Content-Type");
        if (type?.Split(';')[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase) != true)
        {
            await exchange.SendAsync(VllmErrors.WrongContentType).ConfigureAwait(false);
            return;
        }

        if (!Utf8.IsValid(exchange.Request.Body))
        {
            await exchange.SendAsync(VllmErrors.UnreadableBody).ConfigureAwait(false);
            return;
        }

        JsonElement body;
        try
        {
            body = exchange.Json();
        }
        catch (JsonException error)
        {
            await exchange.SendAsync(VllmErrors.BadJson(exchange.Request.Body, error)).ConfigureAwait(false);
            return;
        }

        if (body.ValueKind == JsonValueKind.Null)
        {
            await exchange.SendAsync(VllmErrors.Invalid("body", "missing", "Field required", "None")).ConfigureAwait(false);
            return;
        }

        var path = exchange.Request.Path;
        await (path switch
        {
            "/tokenize" => exchange.SendAsync(RefuseModel(body) ?? VllmInformation.Tokenize(body, path, _options.ContextLength)),
            "/v1/embeddings" => exchange.SendAsync(RefuseModel(body) ?? VllmInformation.Embed(body, _options, NextTask(), Now())),
            _ => ChatAsync(exchange, body),
        }).ConfigureAwait(false);
    }

    private async Task ChatAsync(Exchange exchange, JsonElement body)
    {
        if ((VllmValidation.Refuse(body, _options.ContextLength) ?? RefuseModel(body)) is { } refusal)
        {
            await exchange.SendAsync(refusal).ConfigureAwait(false);
            return;
        }

        var chat = ChatRequest.Parse(exchange.Request.Path, body);
        if (Tokenizer.Split(chat.Prompt).Count >= _options.ContextLength)
        {
            await exchange.SendAsync(VllmErrors.TooLong(_options.ContextLength)).ConfigureAwait(false);
            return;
        }

        if (_options.MaxQueuedRequests is { } most && Slots.Busy + Slots.Waiting >= most)
        {
            _metrics.AddRejection();
            await exchange.SendAsync(VllmErrors.Busy).ConfigureAwait(false);
            return;
        }

        await Generator.RunAsync(exchange, Generator.Start(exchange, chat), _chat).ConfigureAwait(false);
    }

    private Answer? RefuseModel(JsonElement body)
    {
        var model = ChatRequest.Text(body, "model");
        return string.IsNullOrEmpty(model) || model == _options.Model || _options.Aliases.Contains(model)
            ? null
            : VllmErrors.UnknownModel(model, _options.Aliases.Prepend(_options.Model));
    }

    private long Now() => Clock.GetUtcNow().ToUnixTimeSeconds();

    private void WriteEmpty(Utf8JsonWriter root)
    {
        root.WriteString("id", "chatcmpl-" + Ids.Hex(NextTask(), 16));
        root.WriteString("object", "chat.completion.chunk");
        root.WriteNumber("created", Now());
        root.WriteString("model", _options.Model);
        root.Array<string>("choices", [], static (list, choice) => list.WriteStringValue(choice));
    }
}
