using System.Text.Json;
using HybridLlm.Testing.Http;

namespace HybridLlm.Testing.LlamaServer;

/// <summary>The errors of llama-server, word for word.</summary>
internal static class LlamaErrors
{
    public const string JsonType = "application/json; charset=utf-8";

    public static Answer Loading { get; } = Early(503, "Loading model", "unavailable_error");

    public static Answer Unauthorized { get; } = Early(401, "Invalid API Key", "authentication_error");

    public static Answer NotFound { get; } = Early(404, "File Not Found", "not_found_error");

    public static Answer NoSlot { get; } = Late(503, "no slot available", "unavailable_error");

    public static Answer Invalid(string message) => Late(400, message, "invalid_request_error");

    public static Answer Server(string message) => Late(500, message, "server_error");

    public static Answer Unsupported(string what, string flag) =>
        Late(501, $"This server does not support {what}. Start it with `{flag}`", "not_supported_error");

    public static Answer TooLong(int tokens, int context) => new(400, JsonType, Json.Object(root => root.Object("error", error =>
    {
        error.WriteNumber("code", 400);
        error.WriteString("message", $"request ({tokens} tokens) exceeds the available context size ({context} tokens), try increasing it");
        error.WriteString("type", "exceed_context_size_error");
        error.WriteNumber("n_prompt_tokens", tokens);
        error.WriteNumber("n_ctx", context);
    })));

    public static Answer BadJson(ReadOnlySpan<byte> body, JsonException error)
    {
        const string Prefix = "[json.exception.parse_error.101] parse error at line ";
        return Invalid(body.IsEmpty
            ? Prefix + "1, column 1: attempting to parse an empty input; check that your input string or stream contains the expected JSON"
            : $"{Prefix}{(error.LineNumber ?? 0) + 1}, column {(error.BytePositionInLine ?? 0) + 1}: syntax error while parsing value - invalid literal");
    }

    public static Answer Of(BackendError error, int context) => error switch
    {
        BackendError.Loading => Loading,
        BackendError.Busy => NoSlot,
        BackendError.RateLimited => Late(429, "Too many requests", "rate_limit_error"),
        BackendError.Unauthorized => Unauthorized,
        BackendError.BadRequest => Invalid("'messages' is required"),
        BackendError.ContextExceeded => TooLong(context + 1, context),
        BackendError.ModelNotFound => NotFound,
        _ => Server("Context size has been exceeded."),
    };

    /// <summary>The form of errors that the server makes before it knows the route: the code comes last.</summary>
    private static Answer Early(int status, string message, string type) => new(status, JsonType, Json.Object(root => root.Object("error", error =>
    {
        error.WriteString("message", message);
        error.WriteString("type", type);
        error.WriteNumber("code", status);
    })));

    private static Answer Late(int status, string message, string type) => new(status, JsonType, Json.Object(root => root.Object("error", error =>
    {
        error.WriteNumber("code", status);
        error.WriteString("message", message);
        error.WriteString("type", type);
    })));
}
