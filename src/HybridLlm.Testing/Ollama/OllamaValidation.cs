using System.Text.Json;
using System.Text.RegularExpressions;
using HybridLlm.Testing.Http;
using HybridLlm.Testing.OpenAI;

namespace HybridLlm.Testing.Ollama;

/// <summary>Refuses requests with the status and the words of Ollama, which is written in Go.</summary>
internal static partial class OllamaValidation
{
    private static readonly Dictionary<string, (JsonValueKind Kind, string Type)> Fields = new(StringComparer.Ordinal)
    {
        ["model"] = (JsonValueKind.String, "string"),
        ["prompt"] = (JsonValueKind.String, "string"),
        ["system"] = (JsonValueKind.String, "string"),
        ["messages"] = (JsonValueKind.Array, "[]api.Message"),
        ["stream"] = (JsonValueKind.True, "bool"),
        ["tools"] = (JsonValueKind.Array, "api.Tools"),
        ["options"] = (JsonValueKind.Object, "map[string]interface {}"),
    };

    private static readonly Dictionary<string, string> Options = new(StringComparer.Ordinal)
    {
        ["temperature"] = "float32",
        ["top_p"] = "float32",
        ["min_p"] = "float32",
        ["typical_p"] = "float32",
        ["repeat_penalty"] = "float32",
        ["presence_penalty"] = "float32",
        ["frequency_penalty"] = "float32",
        ["num_ctx"] = "integer",
        ["num_predict"] = "integer",
        ["num_keep"] = "integer",
        ["num_batch"] = "integer",
        ["num_gpu"] = "integer",
        ["num_thread"] = "integer",
        ["main_gpu"] = "integer",
        ["top_k"] = "integer",
        ["seed"] = "integer",
        ["repeat_last_n"] = "integer",
        ["stop"] = "array",
    };

    /// <summary>Refuses a body whose types are wrong.</summary>
    public static Answer? RefuseTypes(JsonElement body, string type)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return OllamaErrors.Invalid($"json: cannot unmarshal {Word(body.ValueKind)} into Go value of type api.{type}");
        }

        foreach (var field in body.EnumerateObject())
        {
            if (Fields.TryGetValue(field.Name, out var expected) && !Fits(field.Value, expected.Kind))
            {
                return Wrong(type, field.Name, field.Value, expected.Type);
            }
        }

        var content = ChatRequest.Items(body, "messages").Select(static message => ChatRequest.Member(message, "content"))
            .FirstOrDefault(static content => content is { ValueKind: not JsonValueKind.String });
        return content is { } parts ? Wrong(type, "messages.content", parts, "string")
            : ChatRequest.Member(body, "think") is { } think ? RefuseThink(think)
            : GoDuration.Read(ChatRequest.Member(body, "keep_alive")).Error is { } error ? OllamaErrors.Invalid(error)
            : null;
    }

    /// <summary>Refuses what a model cannot do, and options and formats of the wrong kind.</summary>
    public static Answer? RefuseRequest(OllamaRequest request, SimulatedModel model, string fullName)
    {
        var does = request.Generates ? "generate" : "chat";
        return ChatRequest.Integer(request.Body, "top_logprobs") is < 0 or > 20 ? OllamaErrors.Invalid("top_logprobs must be between 0 and 20")
            : model.IsEmbedding ? OllamaErrors.Invalid($"\"{request.Model}\" does not support {does}")
            : request.Chat.Tools.Count > 0 && !model.SupportsTools ? OllamaErrors.Invalid($"{fullName} does not support tools")
            : request.WantsThinking && !model.SupportsThinking ? OllamaErrors.Invalid($"\"{request.Model}\" does not support thinking")
            : RefuseOptions(request.Options);
    }

    /// <summary>Refuses a format that is none; the server looks at it when the model is loaded.</summary>
    public static Answer? RefuseFormat(JsonElement body) => ChatRequest.Member(body, "format") switch
    {
        null or { ValueKind: JsonValueKind.Object } => null,
        { ValueKind: JsonValueKind.String } word when word.ValueEquals("json") || word.ValueEquals(string.Empty) => null,
        { } other => OllamaErrors.Of(500, $"invalid format: {JsonEncodedText.Encode(other.GetRawText(), System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString().Quoted()}; expected \"json\" or a valid JSON Schema object"),
    };

    public static Answer? RefuseOptions(JsonElement options)
    {
        if (options.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (var option in options.EnumerateObject())
        {
            var wrong = Options.TryGetValue(option.Name, out var type) && option.Value.ValueKind is not JsonValueKind.Null
                && option.Value.ValueKind != (type == "array" ? JsonValueKind.Array : JsonValueKind.Number);
            if (wrong)
            {
                return OllamaErrors.Of(500, $"option \"{option.Name}\" must be of type {type}");
            }
        }

        return null;
    }

    /// <summary>Says whether a name can be that of a model.</summary>
    public static bool IsName(string name) => Name().IsMatch(name);

    private static string Quoted(this string text) => $"\"{text}\"";

    private static Answer? RefuseThink(JsonElement think) => think.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => null,
        JsonValueKind.String when think.GetString() is "low" or "medium" or "high" or "max" => null,
        JsonValueKind.String => OllamaErrors.Invalid($"invalid think value: \"{think.GetString()}\" (must be \"high\", \"medium\", \"low\", \"max\", true, or false)"),
        _ => OllamaErrors.Invalid("think must be a boolean or string (\"high\", \"medium\", \"low\", \"max\", true, or false)"),
    };

    private static Answer Wrong(string type, string field, JsonElement value, string expected) =>
        OllamaErrors.Invalid($"json: cannot unmarshal {Word(value.ValueKind)} into Go struct field {type}.{field} of type {expected}");

    private static bool Fits(JsonElement value, JsonValueKind kind) => value.ValueKind == JsonValueKind.Null || value.ValueKind == kind
        || (kind == JsonValueKind.True && value.ValueKind == JsonValueKind.False);

    private static string Word(JsonValueKind kind) => kind switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.Array => "array",
        JsonValueKind.Object => "object",
        _ => "bool",
    };

    [GeneratedRegex("^(?:https?://)?[A-Za-z0-9][A-Za-z0-9._-]*(?::\\d+)?(?:/[A-Za-z0-9][A-Za-z0-9._-]*){0,3}(?::[A-Za-z0-9_][A-Za-z0-9._-]*)?$")]
    private static partial Regex Name();
}
