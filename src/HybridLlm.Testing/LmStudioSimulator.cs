using System.Text.Json;
using HybridLlm.Testing.Generation;
using HybridLlm.Testing.Http;
using HybridLlm.Testing.LmStudio;
using HybridLlm.Testing.OpenAI;

namespace HybridLlm.Testing;

/// <summary>
/// An LM Studio with several models: the endpoints of OpenAI (<c>/v1/models</c>, <c>/v1/chat/completions</c>, <c>/v1/embeddings</c>)
/// and the native ones of both generations: lists with states, loading and unloading, downloads, and chats with statistics.
/// </summary>
/// <remarks>
/// Like the original it loads the model that a request names, answers paths it does not know with status 200 and an error, fails in a
/// stream with an <c>event: error</c> under status 200, and loads one more instance with every call of <c>/api/v1/models/load</c>. It
/// has no <c>/api/v1/chat</c>, <c>/v1/completions</c>, <c>/v1/responses</c> and <c>/v1/messages</c>: those paths are unknown to it.
/// </remarks>
public sealed class LmStudioSimulator : LlmSimulator
{
    private const string FirstModels = "/api/v0/models";
    private const string DownloadStatus = "/api/v1/models/download/status/";

    private readonly LmStudioSimulatorOptions _options;
    private readonly LmStudioHost _host;
    private readonly LmStudioLists _lists;
    private readonly LmStudioDownloads _downloads;

    private LmStudioSimulator(LmStudioSimulatorOptions options)
        : base(options)
    {
        _options = options;
        _host = new LmStudioHost(options, Changed);
        _lists = new LmStudioLists(_host, options);
        _downloads = new LmStudioDownloads(_host, options);
    }

    /// <summary>Gets the ids of the loaded instances, in the order in which they came.</summary>
    public IReadOnlyList<string> LoadedInstances => [.. _host.Instances.Select(static instance => instance.Id)];

    /// <summary>Gets how many times a model was loaded.</summary>
    public int LoadCount => _host.Loads;

    internal override string MalformedRequestAnswer => "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";

    private protected override IEnumerable<SlotPool> Pools => _host.Instances.Select(static instance => instance.Slots);

    private protected override int WaitingForModel => _host.Waiting;

    /// <summary>Starts a simulator.</summary>
    /// <param name="configure">Sets it up; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>The simulator, listening.</returns>
    public static async Task<LmStudioSimulator> StartAsync(Action<LmStudioSimulatorOptions>? configure = null, CancellationToken cancellationToken = default)
    {
        var options = new LmStudioSimulatorOptions();
        configure?.Invoke(options);
        var simulator = new LmStudioSimulator(options);
        await simulator.OpenAsync(cancellationToken).ConfigureAwait(false);
        return simulator;
    }

    internal override string WriteHead(ResponseHead head, WireRequest request)
    {
        var builder = new HeadBuilder(head.Status).Add("X-Powered-By", "Express").Add("Content-Type", head.ContentType).Add(head.Extra);
        builder.Add("Content-Length", head.ContentLength).Add("Date", Clock.GetUtcNow().ToString("R"));
        builder.Add("Connection", head.Close ? "close" : "keep-alive").Add("Keep-Alive", head.Close ? null : "timeout=5");
        return builder.Add("Transfer-Encoding", head.ContentLength is null ? "chunked" : null).ToString();
    }

    internal override Answer ErrorAnswer(BackendError error) => LmStudioErrors.For(error, _options.Model, _options.ContextLength);

    internal override IReadOnlyList<byte[]> StreamError(StreamErrorForm form) => form == StreamErrorForm.Backend
        ? [LmStudioErrors.Event(LmStudioErrors.Crashed)]
        : StreamErrors.Events(form, ErrorAnswer(BackendError.Internal).Body.Span);

    internal override byte[] EmptyChoices(bool streamed) => streamed ? Json.Event(WriteEmpty) : Json.Object(WriteEmpty);

    internal override bool IsGeneration(WireRequest request) => request is
    {
        Method: "POST",
        Path: "/v1/chat/completions" or "/api/v0/chat/completions" or "/v1/embeddings" or "/api/v0/embeddings",
    };

    internal override Task RouteAsync(Exchange exchange)
    {
        var request = exchange.Request;
        if (_options.ApiKeys.Count > 0 && !(request.Header("Authorization") is { } key && _options.ApiKeys.Any(known => key == $"Bearer {known}")))
        {
            return exchange.SendAsync(LmStudioErrors.Unauthorized);
        }

        _downloads.Settle();
        var known = !(request.Path.StartsWith("/api/v0/", StringComparison.Ordinal) && _options.Rest < LmStudioRest.V0)
            && !(request.Path.StartsWith("/api/v1/", StringComparison.Ordinal) && _options.Rest < LmStudioRest.V1);
        var answered = !known ? null : request.Method switch
        {
            "GET" => Inform(request.Path) is { } answer ? exchange.SendAsync(answer) : null,
            "POST" => Post(exchange),
            _ => null,
        };
        return answered ?? exchange.SendAsync(LmStudioErrors.Unexpected(request.Method, request.Path));
    }

    private protected override async ValueTask DisposeCoreAsync()
    {
        await _host.DisposeAsync().ConfigureAwait(false);
        await base.DisposeCoreAsync().ConfigureAwait(false);
    }

    private Answer? Inform(string path) => path switch
    {
        "/v1/models" => _lists.OpenAI(),
        FirstModels => _lists.First(),
        "/api/v1/models" => _lists.Second(),
        "/lmstudio-greeting" => new Answer(200, LmStudioErrors.JsonType, "{\"lmstudio\":true}"u8.ToArray()),
        _ when path.StartsWith(FirstModels + "/", StringComparison.Ordinal) => _lists.First(path[(FirstModels.Length + 1)..]),
        _ when path.StartsWith(DownloadStatus, StringComparison.Ordinal) => _downloads.Status(path[DownloadStatus.Length..]),
        _ => null,
    };

    private Task? Post(Exchange exchange)
    {
        Func<JsonElement, Task>? work = exchange.Request.Path switch
        {
            "/v1/chat/completions" => body => ChatAsync(exchange, body, native: false),
            "/api/v0/chat/completions" => body => ChatAsync(exchange, body, native: true),
            "/v1/embeddings" or "/api/v0/embeddings" => body => EmbedAsync(exchange, body),
            "/api/v1/models/load" => body => LoadAsync(exchange, body),
            "/api/v1/models/unload" => body => exchange.SendAsync(Unload(body)),
            "/api/v1/models/download" => body => exchange.SendAsync(ChatRequest.Text(body, "model") is { } name ? _downloads.Start(name) : Missing("model")),
            _ => null,
        };
        if (work is null)
        {
            return null;
        }

        try
        {
            return work(exchange.Json());
        }
        catch (JsonException)
        {
            return exchange.SendAsync(LmStudioErrors.Text("Invalid JSON in request body"));
        }
    }

    private static Answer Missing(string name) =>
        LmStudioErrors.Native(400, "invalid_request", $"'{name}' is required", "missing_required_parameter", name);

    private async Task ChatAsync(Exchange exchange, JsonElement body, bool native)
    {
        var format = ChatRequest.Member(body, "response_format") is { } wanted ? ChatRequest.Text(wanted, "type") : null;
        if (ChatRequest.Items(body, "messages").Length == 0)
        {
            await exchange.SendAsync(LmStudioErrors.WrongMessages).ConfigureAwait(false);
            return;
        }

        if (format is not (null or "text" or "json_schema"))
        {
            await exchange.SendAsync(LmStudioErrors.WrongFormat).ConfigureAwait(false);
            return;
        }

        using var lease = await AcquireAsync(exchange, body, embeds: false).ConfigureAwait(false);
        if (lease is null)
        {
            return;
        }

        var chat = ChatRequest.Parse(exchange.Request.Path, body);
        var tokens = Tokenizer.Split(chat.Prompt).Count;
        if (tokens >= lease.Instance.Context)
        {
            lease.Dispose();
            await RefuseAsync(exchange, chat.Stream, tokens, lease.Instance.Context).ConfigureAwait(false);
            return;
        }

        var run = Generator.Start(exchange, chat, lease.Instance.Context);
        await Generator.RunAsync(exchange, run, new LmStudioChat(lease, _options.Reasoning, native), lease.Instance.Slots).ConfigureAwait(false);
    }

    private static async Task RefuseAsync(Exchange exchange, bool streams, int tokens, int context)
    {
        if (!streams)
        {
            await exchange.SendAsync(LmStudioErrors.Text(LmStudioErrors.TooLong(tokens, context))).ConfigureAwait(false);
            return;
        }

        await exchange.StartStreamAsync("text/event-stream", []).ConfigureAwait(false);
        await exchange.Response.WriteChunkAsync(LmStudioErrors.Event(LmStudioErrors.TooLongForStream(tokens, context))).ConfigureAwait(false);
        await exchange.Response.EndChunksAsync().ConfigureAwait(false);
    }

    /// <summary>Waits for the model; where it does not come, sends why.</summary>
    private async Task<InstanceLease?> AcquireAsync(Exchange exchange, JsonElement body, bool embeds)
    {
        var name = ChatRequest.Text(body, "model");
        TimeSpan? timeToLive = ChatRequest.Integer(body, "ttl") is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null;
        try
        {
            var lease = await _host.AcquireAsync(name, timeToLive, embeds, exchange.Gone).ConfigureAwait(false);
            if (lease is null)
            {
                var nothing = _host.Instances.Count == 0 && _host.Find(name) is not null;
                await exchange.SendAsync(nothing ? LmStudioErrors.NothingLoaded : LmStudioErrors.UnknownModel(name, _host.Models.Select(static model => model.Name))).ConfigureAwait(false);
            }

            return lease;
        }
        catch (ModelLoadException error)
        {
            await exchange.SendAsync(LmStudioErrors.LoadFailed(name!, error.Message)).ConfigureAwait(false);
            return null;
        }
    }

    private async Task EmbedAsync(Exchange exchange, JsonElement body)
    {
        using var lease = await AcquireAsync(exchange, body, embeds: true).ConfigureAwait(false);
        if (lease is null)
        {
            return;
        }

        if (!lease.Instance.Model.IsEmbedding)
        {
            await exchange.SendAsync(LmStudioErrors.Text("Model is not an embedding model.")).ConfigureAwait(false);
            return;
        }

        var texts = ChatRequest.Texts(ChatRequest.Member(body, "input"));
        await exchange.SendAsync(LmStudioEmbeddings.Of(texts, lease.Instance, _options.EmbeddingDimensions)).ConfigureAwait(false);
    }

    private async Task LoadAsync(Exchange exchange, JsonElement body)
    {
        var name = ChatRequest.Text(body, "model");
        var model = _host.Find(name);
        if (model is null)
        {
            await exchange.SendAsync(name is null ? Missing("model") : LmStudioErrors.Native(404, "model_not_found", $"Model '{name}' was not found.", null, "model")).ConfigureAwait(false);
            return;
        }

        var started = Clock.GetTimestamp();
        try
        {
            var instance = await _host.LoadAsync(model, ChatRequest.Integer(body, "context_length") ?? _options.ContextLength, exchange.Gone).ConfigureAwait(false);
            await exchange.SendAsync(new Answer(200, LmStudioErrors.JsonType, Json.Object(root =>
            {
                root.WriteString("type", model.IsEmbedding ? "embedding" : "llm");
                root.WriteString("instance_id", instance.Id);
                root.Float("load_time_seconds", Clock.GetElapsedTime(started).TotalSeconds);
                root.WriteString("status", "loaded");
                if (ChatRequest.Flag(body, "echo_load_config"))
                {
                    root.Object("load_config", config => config.WriteNumber("context_length", instance.Context));
                }
            }))).ConfigureAwait(false);
        }
        catch (ModelLoadException error)
        {
            await exchange.SendAsync(LmStudioErrors.Native(500, "model_load_failed", error.Message)).ConfigureAwait(false);
        }
    }

    private Answer Unload(JsonElement body)
    {
        var id = ChatRequest.Text(body, "instance_id");
        return id is null ? Missing("instance_id")
            : _host.Unload(id) ? new Answer(200, LmStudioErrors.JsonType, Json.Object(root => root.WriteString("instance_id", id)))
            : LmStudioErrors.Native(404, "model_not_found", $"Instance '{id}' was not found.", null, "instance_id");
    }

    private void WriteEmpty(Utf8JsonWriter root)
    {
        root.WriteString("id", "chatcmpl-" + Ids.Letters(NextTask(), 22).ToLowerInvariant());
        root.WriteString("object", "chat.completion.chunk");
        root.WriteNumber("created", Clock.GetUtcNow().ToUnixTimeSeconds());
        root.WriteString("model", _options.Model);
        root.Array<string>("choices", [], static (list, choice) => list.WriteStringValue(choice));
    }
}
