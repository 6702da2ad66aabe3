using System.Text.Json;
using HybridLlm.Testing.Generation;
using HybridLlm.Testing.Http;
using HybridLlm.Testing.Ollama;
using HybridLlm.Testing.OpenAI;

namespace HybridLlm.Testing;

/// <summary>
/// An Ollama with several models: <c>/api/chat</c>, <c>/api/generate</c>, <c>/api/embed</c>, <c>/api/tags</c>, <c>/api/show</c>,
/// <c>/api/ps</c>, <c>/api/pull</c>, <c>/api/copy</c>, <c>/api/delete</c> and <c>/api/version</c>.
/// </summary>
/// <remarks>
/// Like the original it loads a model when a request needs it, lets it go when it was idle for its <c>keep_alive</c>, loads it again
/// for another <c>num_ctx</c>, evicts an idle model for a new one, never a busy one, and answers 503 when too many requests wait for
/// loads. It has no <c>/v1</c> endpoints, and does not check names of hosts and origins.
/// </remarks>
public sealed class OllamaSimulator : LlmSimulator
{
    private static readonly Dictionary<string, string> Routes = new(StringComparer.Ordinal)
    {
        ["/"] = "HEAD, GET",
        ["/api/version"] = "HEAD, GET",
        ["/api/tags"] = "HEAD, GET",
        ["/api/ps"] = "GET",
        ["/api/status"] = "GET",
        ["/api/show"] = "POST",
        ["/api/chat"] = "POST",
        ["/api/generate"] = "POST",
        ["/api/embed"] = "POST",
        ["/api/embeddings"] = "POST",
        ["/api/pull"] = "POST",
        ["/api/copy"] = "POST",
        ["/api/delete"] = "DELETE",
    };

    private readonly OllamaSimulatorOptions _options;
    private readonly OllamaInventory _inventory;
    private readonly OllamaScheduler _scheduler;
    private readonly OllamaPull _pull;

    private OllamaSimulator(OllamaSimulatorOptions options)
        : base(options)
    {
        _options = options;
        _inventory = new OllamaInventory(options);
        _scheduler = new OllamaScheduler(options, Changed);
        _pull = new OllamaPull(options, _inventory);
        foreach (var model in _inventory.Models.Where(static model => model.Model.IsLoaded))
        {
            _scheduler.Preload(model.Model, model.Digest, OllamaRequest.LoadOptions(default, model.Model, options.ContextLength));
        }
    }

    /// <summary>Gets the names of the models that are loaded, as <c>/api/ps</c> shows them.</summary>
    public IReadOnlyList<string> LoadedModels => [.. _scheduler.Runners.Select(static runner => OllamaModel.Canonical(runner.Model.Name))];

    /// <summary>Gets how many times a model was loaded, reloads for other options included.</summary>
    public int LoadCount => _scheduler.Loads;

    internal override bool StreamsLines => true;

    internal override int? ChunksAbove => 2048;

    internal override string MalformedRequestAnswer => "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request";

    private protected override IEnumerable<SlotPool> Pools => _scheduler.Runners.Select(static runner => runner.Slots);

    private protected override int WaitingForModel => _scheduler.Waiting;

    /// <summary>Starts a simulator.</summary>
    /// <param name="configure">Sets it up; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>The simulator, listening.</returns>
    public static async Task<OllamaSimulator> StartAsync(Action<OllamaSimulatorOptions>? configure = null, CancellationToken cancellationToken = default)
    {
        var options = new OllamaSimulatorOptions();
        configure?.Invoke(options);
        var simulator = new OllamaSimulator(options);
        await simulator.OpenAsync(cancellationToken).ConfigureAwait(false);
        return simulator;
    }

    internal override string WriteHead(ResponseHead head, WireRequest request)
    {
        var builder = new HeadBuilder(head.Status).Add(head.Extra.Where(static header => header.Key == "Allow")).Add("Content-Type", head.ContentType);
        builder.Add(head.Extra.Where(static header => header.Key != "Allow")).Add("Date", Clock.GetUtcNow().ToString("R"));
        builder.Add("Content-Length", head.ContentLength).Add("Connection", head.Close ? "close" : null);
        return builder.Add("Transfer-Encoding", head.ContentLength is null ? "chunked" : null).ToString();
    }

    internal override Answer ErrorAnswer(BackendError error) => OllamaErrors.For(error, _options.Model, _options.ContextLength);

    internal override IReadOnlyList<byte[]> StreamError(StreamErrorForm form) => [OllamaErrors.Line(OllamaErrors.Unexpected)];

    internal override byte[] EmptyChoices(bool streamed) => OllamaBlank.Chunk(_options.Model, Clock.GetUtcNow(), streamed);

    internal override bool IsGeneration(WireRequest request) =>
        request is { Method: "POST", Path: "/api/chat" or "/api/generate" or "/api/embed" or "/api/embeddings" };

    internal override Task RouteAsync(Exchange exchange)
    {
        var request = exchange.Request;
        if (_options.ApiKeys.Count > 0 && !(request.Header("Authorization") is { } key && _options.ApiKeys.Any(known => key == $"Bearer {known}")))
        {
            return exchange.SendAsync(ErrorAnswer(BackendError.Unauthorized));
        }

        var methods = Routes.GetValueOrDefault(request.Path)?.Split(", ");
        return methods is null ? exchange.SendAsync(OllamaErrors.NotFoundPage)
            : !methods.Contains(request.Method) ? exchange.SendAsync(OllamaErrors.WrongMethod(string.Join(", ", methods)))
            : methods.Contains("GET") ? exchange.SendAsync(Inform(request.Path))
            : WorkAsync(exchange);
    }

    private Answer Inform(string path) => path switch
    {
        "/api/version" => GoJson.Answer(root => root.WriteString("version", _options.Version)),
        "/api/tags" => _inventory.Tags(),
        "/api/ps" => _inventory.Loaded(_scheduler.Runners),
        "/api/status" => GoJson.Answer(static root => root.Object("cloud", static cloud =>
        {
            cloud.WriteBoolean("disabled", false);
            cloud.WriteString("source", "none");
        })),
        _ => new Answer(200, "text/plain; charset=utf-8", "Ollama is running"u8.ToArray()),
    };

    private async Task WorkAsync(Exchange exchange)
    {
        var (body, refusal) = Read(exchange);
        if (refusal is not null)
        {
            await exchange.SendAsync(refusal).ConfigureAwait(false);
            return;
        }

        var name = ChatRequest.Text(body, "model") ?? ChatRequest.Text(body, "name") ?? string.Empty;
        await (exchange.Request.Path switch
        {
            "/api/chat" or "/api/generate" => GenerateAsync(exchange, OllamaRequest.Read(exchange.Request.Path, body)),
            "/api/embed" or "/api/embeddings" => EmbedAsync(exchange, body, name),
            "/api/pull" when OllamaValidation.IsName(name) => _pull.AnswerAsync(exchange, name),
            "/api/pull" => exchange.SendAsync(OllamaErrors.Invalid("invalid model name")),
            "/api/show" => exchange.SendAsync(_inventory.Show(name)),
            "/api/copy" => exchange.SendAsync(_inventory.Copy(ChatRequest.Text(body, "source") ?? string.Empty, ChatRequest.Text(body, "destination") ?? string.Empty)),
            _ => exchange.SendAsync(_inventory.Delete(name)),
        }).ConfigureAwait(false);
    }

    private static (JsonElement Body, Answer? Refusal) Read(Exchange exchange)
    {
        var bytes = exchange.Request.Body;
        if (bytes.Length == 0)
        {
            return (default, OllamaErrors.Invalid("missing request body"));
        }

        try
        {
            // What follows the first value is not looked at, as in Go.
            var reader = new Utf8JsonReader(bytes);
            var body = JsonElement.ParseValue(ref reader);
            var type = exchange.Request.Path switch
            {
                "/api/chat" => "ChatRequest",
                "/api/generate" => "GenerateRequest",
                "/api/embed" => "EmbedRequest",
                "/api/embeddings" => "EmbeddingRequest",
                "/api/pull" => "PullRequest",
                "/api/show" => "ShowRequest",
                "/api/copy" => "CopyRequest",
                _ => "DeleteRequest",
            };
            return (body, OllamaValidation.RefuseTypes(body, type));
        }
        catch (JsonException error)
        {
            return (default, OllamaErrors.BadJson(bytes, error));
        }
    }

    private async Task GenerateAsync(Exchange exchange, OllamaRequest request)
    {
        // Any model can be let go, also one that could not answer the request.
        var keepAlive = GoDuration.Read(ChatRequest.Member(request.Body, "keep_alive")).Value;
        var unloads = request.IsEmpty && keepAlive == TimeSpan.Zero;
        if (Refuse(request, unloads, out var model) is { } refusal)
        {
            await exchange.SendAsync(refusal).ConfigureAwait(false);
            return;
        }

        if (unloads)
        {
            _scheduler.Unload(model!.Digest);
            await exchange.SendAsync(OllamaBlank.Done(request, "unload", Clock.GetUtcNow())).ConfigureAwait(false);
            return;
        }

        var started = Clock.GetTimestamp();
        using var lease = await AcquireAsync(exchange, model!, request.Body, keepAlive).ConfigureAwait(false);
        if (lease is null)
        {
            return;
        }

        if (request.IsEmpty)
        {
            lease.Dispose();
            await exchange.SendAsync(OllamaBlank.Done(request, "load", Clock.GetUtcNow())).ConfigureAwait(false);
            return;
        }

        // Inside, the context is never smaller than 256 tokens.
        var context = Math.Max(256, lease.Runner.Options.Context);
        var (chat, tooLong) = PromptFitting.Fit(request, model!.Model, context);
        if ((tooLong ?? OllamaValidation.RefuseFormat(request.Body)) is { } late)
        {
            lease.Dispose();
            await exchange.SendAsync(late).ConfigureAwait(false);
            return;
        }

        var job = new OllamaJob(request, model.Model, lease, Clock, started, Clock.GetElapsedTime(started));
        var run = Generator.Start(exchange, chat, context, request.ForbidsThinking);
        await Generator.RunAsync(exchange, run, new OllamaChat(job), lease.Runner.Slots).ConfigureAwait(false);
    }

    private Answer? Refuse(OllamaRequest request, bool unloads, out OllamaModel? model)
    {
        model = _inventory.Find(request.Model);
        return request.Model.Length == 0 ? (request.Generates ? OllamaErrors.UnknownModel(string.Empty) : OllamaErrors.Invalid("model is required"))
            : !OllamaValidation.IsName(request.Model) ? OllamaErrors.Invalid("invalid model name")
            : model is null ? OllamaErrors.UnknownModel(request.Model)
            : unloads ? null
            : OllamaValidation.RefuseRequest(request, model.Model, model.FullName);
    }

    /// <summary>Waits for the model; where it does not come, sends why.</summary>
    private async Task<RunnerLease?> AcquireAsync(Exchange exchange, OllamaModel model, JsonElement body, TimeSpan? keepAlive)
    {
        try
        {
            var wanted = OllamaRequest.LoadOptions(body, model.Model, _options.ContextLength);
            var lease = await _scheduler.AcquireAsync(model.Model, model.Digest, wanted, keepAlive, exchange.Gone).ConfigureAwait(false);
            if (lease is null)
            {
                await exchange.SendAsync(OllamaErrors.Busy).ConfigureAwait(false);
            }

            return lease;
        }
        catch (ModelLoadException error)
        {
            await exchange.SendAsync(OllamaErrors.Of(500, error.Message)).ConfigureAwait(false);
            return null;
        }
    }

    private async Task EmbedAsync(Exchange exchange, JsonElement body, string name)
    {
        var legacy = exchange.Request.Path == "/api/embeddings";
        var model = _inventory.Find(name);
        var refusal = model is null ? OllamaErrors.UnknownModelToPull(name)
            : OllamaValidation.RefuseOptions(ChatRequest.Member(body, "options") ?? default) ?? (legacy ? null : OllamaEmbeddings.Refuse(body, model.Model.MaxContextLength));
        if (refusal is not null)
        {
            await exchange.SendAsync(refusal).ConfigureAwait(false);
            return;
        }

        var started = Clock.GetTimestamp();
        using var lease = await AcquireAsync(exchange, model!, body, GoDuration.Read(ChatRequest.Member(body, "keep_alive")).Value).ConfigureAwait(false);
        if (lease is null)
        {
            return;
        }

        var load = Clock.GetElapsedTime(started);
        var answer = !model!.Model.IsEmbedding ? OllamaErrors.NoEmbeddings(legacy ? 500 : 501)
            : legacy ? OllamaEmbeddings.EmbedPrompt(body, _options.EmbeddingDimensions)
            : OllamaEmbeddings.Embed(body, model.Model.MaxContextLength, _options.EmbeddingDimensions, Clock, started, load);
        lease.Dispose();
        await exchange.SendAsync(answer).ConfigureAwait(false);
    }
}
