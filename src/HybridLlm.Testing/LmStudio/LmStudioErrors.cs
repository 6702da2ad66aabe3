using HybridLlm.Testing.Http;

namespace HybridLlm.Testing.LmStudio;

/// <summary>The errors of LM Studio, in their several forms.</summary>
internal static class LmStudioErrors
{
    public const string JsonType = "application/json; charset=utf-8";

    public const string Crashed = "The model has crashed without additional information. (Exit code: 6)";

    public static Answer Unauthorized { get; } = Native(
        401,
        "invalid_request",
        "An LM Studio API token is required to make requests to this server, but none was provided using the Authorization header using the 'Bearer' scheme (i.e., 'Authorization: Bearer $LM_API_TOKEN').",
        "invalid_api_key");

    public static Answer NothingLoaded { get; } = Model(404, "No models loaded. Please load a model in the developer page or use the 'lms load' command.", null);

    public static Answer WrongFormat { get; } = Text("'response_format.type' must be 'json_schema' or 'text'");

    public static Answer WrongMessages { get; } = Text("Invalid 'messages' in payload. Please check the structure of your 'messages' and try again.");

    /// <summary>Answers a path that does not exist: with status 200.</summary>
    public static Answer Unexpected(string method, string path) => Text($"Unexpected endpoint or method. ({method} {path})", 200);

    public static Answer UnknownModel(string? name, IEnumerable<string> known) =>
        Model(400, $"Invalid model identifier \"{name}\". Please specify a valid downloaded model (e.g. {string.Join(", ", known)}).", "model_not_found");

    public static Answer LoadFailed(string name, string error) => Model(404, $"Failed to load model \"{name}\". Error: {error}", null);

    public static string TooLong(int tokens, int context) =>
        $"The number of tokens to keep from the initial prompt is greater than the context length (n_keep: {tokens}>= n_ctx: {context}). Try to load the model with a larger context length, or provide a shorter input.";

    public static string TooLongForStream(int tokens, int context) =>
        $"Input does not fit in context length. The input has {tokens} tokens, but the context length only supports {context} tokens.";

    /// <summary>Makes the form of the OpenAI routes: a text.</summary>
    public static Answer Text(string message, int status = 400) => new(status, JsonType, Json.Object(root => root.WriteString("error", message)));

    /// <summary>Makes the form of the native routes of the second generation.</summary>
    public static Answer Native(int status, string type, string message, string? code = null, string? parameter = null) => new(status, JsonType, Json.Object(root => root.Object("error", error =>
    {
        error.WriteString("type", type);
        if (code is not null)
        {
            error.WriteString("code", code);
        }

        error.WriteString("message", message);
        if (parameter is not null)
        {
            error.WriteString("param", parameter);
        }
    })));

    /// <summary>Makes the event with which a stream of status 200 fails.</summary>
    public static byte[] Event(string message) => [.. "event: error\n"u8, .. Json.Event(root =>
    {
        root.Object("error", error => error.WriteString("message", message));
        root.WriteString("message", message);
    })];

    public static Answer For(BackendError error, string model, int context) => error switch
    {
        BackendError.Loading => LoadFailed(model, "Operation canceled."),
        BackendError.Busy => Text("Too many requests are waiting", 503),
        BackendError.RateLimited => Text("Too many requests", 429),
        BackendError.Unauthorized => Unauthorized,
        BackendError.BadRequest => WrongMessages,
        BackendError.ContextExceeded => Text(TooLong(context + 1, context)),
        BackendError.ModelNotFound => UnknownModel("nope", [model]),
        _ => Text(Crashed, 500),
    };

    private static Answer Model(int status, string message, string? code) => new(status, JsonType, Json.Object(root => root.Object("error", error =>
    {
        error.WriteString("message", message);
        error.WriteString("type", "invalid_request_error");
        error.WriteString("param", "model");
        error.WriteString("code", code);
    })));
}
