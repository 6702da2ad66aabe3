using System.Globalization;
using System.Text;
using System.Text.Json;
using HybridLlm.Testing.Generation;
using HybridLlm.Testing.Http;
using HybridLlm.Testing.LlamaServer;
using HybridLlm.Testing.OpenAI;

namespace HybridLlm.Testing;

/// <summary>
/// A llama-server (llama.cpp) with one model: chat completions, streamed and not, with tools, JSON schemas, reasoning and logprobs;
/// embeddings; and what it tells about itself: <c>/health</c>, <c>/v1/models</c>, <c>/props</c>, <c>/slots</c>, <c>/metrics</c>,
/// <c>/tokenize</c>.
/// </summary>
/// <remarks>
/// Like the original it makes requests wait without headers while all slots are busy, ends a streamed generation as soon as its
/// client leaves but one that is not streamed only when it is done, answers every name of a model, and closes the connection after
/// an error and after a hundred requests. A request gets one choice, whatever its <c>n</c>.
/// </remarks>
public sealed class LlamaServerSimulator : LlmSimulator
{
    private readonly LlamaServerSimulatorOptions _options;
    private readonly LlamaChat _chat;
    private readonly LlamaInformation _information;
    private readonly LlamaMetrics _metrics = new();
    private readonly LlamaTokens _tokens = new();
    private readonly long _started;
    private volatile LoadState _load;

    private LlamaServerSimulator(LlamaServerSimulatorOptions options)
        : base(options)
    {
        _options = options;
        _chat = new LlamaChat(options, _metrics);
        _information = new LlamaInformation(options, Slots);
        _started = Clock.GetTimestamp();
    }

    private enum LoadState
    {
        ByTheClock,
        Loading,
        Loaded,
    }

    /// <summary>Gets a value indicating whether the model is being loaded: every request is answered 503 then.</summary>
    public bool IsLoading =>
        _load == LoadState.Loading || (_load == LoadState.ByTheClock && Clock.GetElapsedTime(_started) < _options.LoadTime);

    internal override int? MaxRequestsPerConnection => 100;

    /// <summary>Starts a simulator.</summary>
    /// <param name="configure">Sets it up; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>The simulator, listening. While <see cref="LlmSimulatorOptions.LoadTime"/> lasts it answers 503.</returns>
    public static async Task<LlamaServerSimulator> StartAsync(
        Action<LlamaServerSimulatorOptions>? configure = null,
        CancellationToken cancellationToken = default)
    {
        var options = new LlamaServerSimulatorOptions();
        configure?.Invoke(options);
        var simulator = new LlamaServerSimulator(options);
        await simulator.OpenAsync(cancellationToken).ConfigureAwait(false);
        return simulator;
    }

    /// <summary>Lets the server load its model, until <see cref="FinishLoading"/>.</summary>
    public void BeginLoading() => _load = LoadState.Loading;

    /// <summary>Lets the model be loaded, whatever the load time says.</summary>
    public void FinishLoading() => _load = LoadState.Loaded;

    internal override string MalformedRequestAnswer => "HTTP/1.1 400 Bad Request\r\nServer: llama.cpp\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

    internal override string WriteHead(ResponseHead head, WireRequest request)
    {
        var builder = new HeadBuilder(head.Status).Add("Server", "llama.cpp");
        var origin = request.Header("Origin") ?? string.Empty;
        builder.Add("Access-Control-Allow-Origin", origin).Add(head.Extra).Add("Content-Type", head.ContentType);
        var preflight = request.Method == "OPTIONS";
        AddLength(builder, head, !preflight);
        builder.Add(head.Close ? "Connection" : "Keep-Alive", head.Close ? "close" : "timeout=5, max=100");
        AddLength(builder, head, preflight);
        return builder.Add("Accept-Ranges", request.Method == "HEAD" ? "bytes" : null).ToString();
    }

    internal override Answer ErrorAnswer(BackendError error) => LlamaErrors.Of(error, _options.ContextLength);

    internal override IReadOnlyList<byte[]> StreamError(StreamErrorForm form) =>
        StreamErrors.Events(form == StreamErrorForm.Backend ? StreamErrorForm.Data : form, ErrorAnswer(BackendError.Internal).Body.Span);

    internal override byte[] EmptyChoices(bool streamed) =>
        streamed ? Json.Event(WriteEmpty) : Json.Object(WriteEmpty);

    internal override bool ClosesAfter(int status) => status >= 400;

    internal override bool IsGeneration(WireRequest request) => request is { Method: "POST", Path: "/v1/chat/completions" or "/chat/completions" or "/v1/embeddings" };

    internal override Task RouteAsync(Exchange exchange)
    {
        var request = exchange.Request;
        if (request.Method == "OPTIONS")
        {
            return exchange.SendAsync(new Answer(200, "text/html", default) { Extra = Preflight });
        }

        if (IsLoading)
        {
            return exchange.SendAsync(LlamaErrors.Loading);
        }

        var open = request.Path is "/health" or "/v1/health" or "/";
        if (!open && !HasKey(request))
        {
            return exchange.SendAsync(LlamaErrors.Unauthorized);
        }

        return request.Method switch
        {
            "GET" or "HEAD" => exchange.SendAsync(Inform(request)),
            "POST" => PostAsync(exchange),
            _ => exchange.SendAsync(LlamaErrors.NotFound),
        };
    }

    private static KeyValuePair<string, string>[] Preflight { get; } =
    [
        new("Access-Control-Allow-Credentials", "true"),
        new("Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS"),
        new("Access-Control-Allow-Headers", "*"),
    ];

    private static void AddLength(HeadBuilder builder, ResponseHead head, bool here)
    {
        if (here)
        {
            builder.Add(head.ContentLength is null ? "Transfer-Encoding" : "Content-Length", head.ContentLength is { } length ? length : "chunked");
        }
    }

    private static Answer Ok(byte[] body) => new(200, LlamaErrors.JsonType, body);

    private bool HasKey(WireRequest request)
    {
        if (_options.ApiKeys.Count == 0)
        {
            return true;
        }

        var authorization = request.Header("Authorization");
        var key = string.IsNullOrEmpty(authorization) ? request.Header("X-Api-Key")
            : authorization.StartsWith("Bearer ", StringComparison.Ordinal) ? authorization["Bearer ".Length..]
            : authorization;
        return key is not null && _options.ApiKeys.Contains(key);
    }

    private Answer Inform(WireRequest request) => request.Path switch
    {
        "/health" or "/v1/health" => Ok("{\"status\":\"ok\"}"u8.ToArray()),
        "/v1/models" or "/models" => Ok(_information.Models(Clock.GetUtcNow().ToUnixTimeSeconds())),
        "/props" => Ok(_information.Props()),
        "/slots" when !_options.SlotsEndpoint => LlamaErrors.Unsupported("slots endpoint", "--slots"),
        "/slots" when request.Query == "fail_on_no_slot=1" && Slots.Busy == _options.Slots => LlamaErrors.NoSlot,
        "/slots" => Ok(_information.Slots()),
        "/metrics" when !_options.Metrics => LlamaErrors.Unsupported("metrics endpoint", "--metrics"),
        "/metrics" => new Answer(200, "text/plain; version=0.0.4", Encoding.UTF8.GetBytes(_metrics.Render(Slots)))
        {
            Extra = [new("Process-Start-Time-Unix", _started.ToString(CultureInfo.InvariantCulture))],
        },
        _ => LlamaErrors.NotFound,
    };

    private async Task PostAsync(Exchange exchange)
    {
        var path = exchange.Request.Path;
        if (path == "/props")
        {
            await exchange.SendAsync(LlamaErrors.Unsupported("changing global properties", "--props")).ConfigureAwait(false);
            return;
        }

        if (path == "/v1/embeddings" && !_options.Embeddings)
        {
            await exchange.SendAsync(LlamaErrors.Unsupported("embeddings", "--embeddings")).ConfigureAwait(false);
            return;
        }

        JsonElement body;
        try
        {
            body = exchange.Json();
        }
        catch (JsonException error)
        {
            await exchange.SendAsync(LlamaErrors.BadJson(exchange.Request.Body, error)).ConfigureAwait(false);
            return;
        }

        switch (path)
        {
            case "/v1/chat/completions" or "/chat/completions":
                await ChatAsync(exchange, body).ConfigureAwait(false);
                break;
            case "/v1/embeddings":
                await exchange.SendAsync(LlamaEmbeddings.Answer(body, _options)).ConfigureAwait(false);
                break;
            case "/tokenize":
                await exchange.SendAsync(_tokens.Tokenize(body)).ConfigureAwait(false);
                break;
            case "/detokenize":
                await exchange.SendAsync(_tokens.Detokenize(body)).ConfigureAwait(false);
                break;
            case "/apply-template":
                await exchange.SendAsync(LlamaValidation.Refuse(body, _options.Slots) ?? LlamaTokens.ApplyTemplate(ChatRequest.Parse(path, body))).ConfigureAwait(false);
                break;
            case "/v1/chat/completions/input_tokens" or "/chat/completions/input_tokens":
                await exchange.SendAsync(LlamaValidation.Refuse(body, _options.Slots) ?? LlamaTokens.CountInput(ChatRequest.Parse(path, body))).ConfigureAwait(false);
                break;
            default:
                await exchange.SendAsync(LlamaErrors.NotFound).ConfigureAwait(false);
                break;
        }
    }

    private async Task ChatAsync(Exchange exchange, JsonElement body)
    {
        if (LlamaValidation.Refuse(body, _options.Slots) is { } refusal)
        {
            await exchange.SendAsync(refusal).ConfigureAwait(false);
            return;
        }

        // A tool choice that names a tool is taken for "auto".
        var chat = ChatRequest.Parse(exchange.Request.Path, body);
        chat = chat.ToolChoice is "none" or "required" ? chat : chat with { ToolChoice = "auto" };
        var tokens = Tokenizer.Split(chat.Prompt).Count;
        if (tokens >= _options.ContextLength)
        {
            await exchange.SendAsync(LlamaErrors.TooLong(tokens, _options.ContextLength)).ConfigureAwait(false);
            return;
        }

        await Generator.RunAsync(exchange, Generator.Start(exchange, chat), _chat).ConfigureAwait(false);
    }

    private void WriteEmpty(Utf8JsonWriter root)
    {
        root.Array<string>("choices", [], static (list, choice) => list.WriteStringValue(choice));
        root.WriteNumber("created", Clock.GetUtcNow().ToUnixTimeSeconds());
        root.WriteString("model", _options.Model);
        root.WriteString("object", "chat.completion.chunk");
    }
}
