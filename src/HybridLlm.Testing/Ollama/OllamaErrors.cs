using System.Text;
using System.Text.Json;
using HybridLlm.Testing.Http;

namespace HybridLlm.Testing.Ollama;

/// <summary>The errors of Ollama, word for word: a string under <c>error</c>.</summary>
internal static class OllamaErrors
{
    public const string Unexpected = "an error was encountered while running the model: unexpected EOF";

    public static Answer Busy { get; } = Of(503, "server busy, please try again.  maximum pending requests exceeded");

    public static Answer NotFoundPage { get; } = new(404, "text/plain", "404 page not found"u8.ToArray());

    public static Answer NoEmbeddings(int status) => Of(status, "This server does not support embeddings. Start it with `--embeddings`");

    public static Answer WrongMethod(string allowed) => new(405, "text/plain", "405 method not allowed"u8.ToArray()) { Extra = [new("Allow", allowed)] };

    public static Answer Of(int status, string message) => new(status, GoJson.ContentType, Body(message));

    /// <summary>Makes an error that is found when a stream was about to start: it has another content type, and comes in chunks.</summary>
    public static Answer BeforeStream(int status, string message) => new(status, "application/json", Body(message)) { Chunked = true };

    public static Answer Invalid(string message) => Of(400, message);

    public static Answer UnknownModel(string name) => Of(404, $"model '{name}' not found");

    public static Answer UnknownModelToPull(string name) => Of(404, $"model \"{name}\" not found, try pulling it first");

    /// <summary>Returns what the runner says of a prompt that is too long: its JSON, as a string.</summary>
    public static string TooLong(int tokens, int context) =>
        $"{{\"error\":{{\"code\":400,\"message\":\"request ({tokens} tokens) exceeds the available context size ({context} tokens), try increasing it\",\"type\":\"exceed_context_size_error\",\"n_prompt_tokens\":{tokens},\"n_ctx\":{context}}}}}";

    public static byte[] Line(string message) => [.. Body(message), (byte)'\n'];

    /// <summary>Words an error of Go's JSON reader.</summary>
    public static Answer BadJson(ReadOnlySpan<byte> body, JsonException error)
    {
        var text = Encoding.UTF8.GetString(body);
        var at = Position(text, error);

        // Go reads bytes: the first one of a character that has several is shown as a character of its own.
        return Invalid(at >= text.Length || IsBeginning(body)
            ? "unexpected EOF"
            : $"invalid character '{(char)Encoding.UTF8.GetBytes(text[at].ToString())[0]}' looking for beginning of value");
    }

    public static Answer For(BackendError error, string model, int context) => error switch
    {
        BackendError.Loading => Of(500, "timed out waiting for llama-server to start - "),
        BackendError.Busy => Busy,
        BackendError.RateLimited => Of(429, "too many requests"),
        BackendError.Unauthorized => Of(401, "unauthorized"),
        BackendError.BadRequest => Invalid("json: cannot unmarshal string into Go struct field ChatRequest.messages of type []api.Message"),
        BackendError.ContextExceeded => Invalid(TooLong(context + 1, context)),
        BackendError.ModelNotFound => UnknownModel(model),
        _ => Of(500, Unexpected),
    };

    private static byte[] Body(string message) => GoJson.Object(root => root.WriteString("error", message));

    /// <summary>Says whether the bytes are JSON as far as they go.</summary>
    private static bool IsBeginning(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static int Position(string text, JsonException error)
    {
        var line = 0;
        for (var number = error.LineNumber ?? 0; number > 0 && line >= 0; number--)
        {
            line = text.IndexOf('\n', line) + 1;
        }

        return line + (int)(error.BytePositionInLine ?? 0);
    }
}
