using System.Text;
using System.Text.Json;
using HybridLlm.Testing.Http;

namespace HybridLlm.Testing.OpenAI;

/// <summary>The errors of vLLM, word for word: three shapes of them.</summary>
internal static class VllmErrors
{
    public const string JsonType = "application/json";
    private const string EngineDead = "EngineCore encountered an issue. See stack trace (above) for the root cause.";

    /// <summary>Gets the event with which a stream ends whose engine died; it has blanks where other events have none.</summary>
    public static byte[] EngineDeadEvent { get; } =
        Encoding.UTF8.GetBytes($"data: {{\"error\": {{\"message\": \"{EngineDead}\", \"type\": \"InternalServerError\", \"param\": null, \"code\": 500}}}}\n\n");

    public static Answer Unauthorized { get; } = Raw(401, "{\"error\":\"Unauthorized\"}");

    public static Answer NotFound { get; } = Raw(404, "{\"detail\":\"Not Found\"}");

    public static Answer UnreadableBody { get; } = Raw(400, "{\"detail\":\"There was an error parsing the body\"}");

    public static Answer Busy { get; } = Error(
        503,
        "The engine is currently busy and cannot accept new requests. Please try again later or on a different instance.",
        "Service Unavailable",
        null);

    public static Answer WrongContentType { get; } =
        Error(400, "1 validation error:\n  Unsupported Media Type: Only 'application/json' is allowed", "Bad Request", null);

    public static Answer WrongMethod(string allowed) =>
        Raw(405, "{\"detail\":\"Method Not Allowed\"}") with { Extra = [new("allow", allowed)] };

    public static Answer Bad(string message, string? parameter) => Error(400, message, "BadRequestError", parameter);

    /// <summary>An error of the body's form, in the words of its validator.</summary>
    public static Answer Invalid(string location, string type, string message, string input, string context = "") =>
        Error(400, $"1 validation error:\n  {Violation(location, type, message, input, context)}", "Bad Request", location);

    public static Answer Invalid(string location, params IReadOnlyList<string> violations) =>
        Error(400, $"{violations.Count} validation errors:\n  {string.Join("\n  ", violations)}", "Bad Request", location);

    public static string Violation(string location, string type, string message, string input, string context = "") =>
        $"{{'type': '{type}', 'loc': '{location}', 'msg': '{message}', 'input': '{input}'{context}}}";

    public static Answer UnknownModel(string model, IEnumerable<string> known) =>
        Error(404, $"The model `{model}` does not exist. Valid aliases: {string.Join(", ", known)}.", "NotFoundError", "model");

    // The real length is not told, only that it is one too many.
    public static Answer TooLong(int context) => Bad(
        $"This model's maximum context length is {context} tokens. However, your prompt contains at least {context + 1} input tokens, which exceeds this limit even without any output tokens. Please reduce the length of the input prompt. (parameter=input_tokens, value={context + 1})",
        "input_tokens");

    public static Answer BadJson(ReadOnlySpan<byte> body, JsonException error)
    {
        if (body.IsEmpty || body.SequenceEqual("null"u8))
        {
            return Invalid("body", "missing", "Field required", "None");
        }

        var location = $"body.{error.BytePositionInLine ?? 0}";
        return Invalid(location, "json_invalid", "JSON decode error", "<dict of 0 items>", ", 'ctx': {'error': 'Expecting value'}");
    }

    public static Answer Of(BackendError error, string model, int context) => error switch
    {
        BackendError.Loading or BackendError.Busy => Busy,
        BackendError.RateLimited => Error(429, "Too many requests", "RateLimitError", null),
        BackendError.Unauthorized => Unauthorized,
        BackendError.BadRequest => Invalid("body.messages", "missing", "Field required", "<dict of 1 items>"),
        BackendError.ContextExceeded => TooLong(context),
        BackendError.ModelNotFound => UnknownModel("nope", [model]),
        _ => Error(500, EngineDead, "InternalServerError", null),
    };

    private static Answer Error(int status, string message, string type, string? parameter) => new(status, JsonType, Json.Object(root => root.Object("error", error =>
    {
        error.WriteString("message", message);
        error.WriteString("type", type);
        error.WriteString("param", parameter);
        error.WriteNumber("code", status);
    })));

    private static Answer Raw(int status, string json) => new(status, JsonType, Encoding.UTF8.GetBytes(json));
}
