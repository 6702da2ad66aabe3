using System.Text.Json;
using HybridLlm.Testing.OpenAI;

namespace HybridLlm.Testing.Ollama;

/// <summary>A request to <c>/api/chat</c> or <c>/api/generate</c>, read as Ollama reads it.</summary>
internal sealed class OllamaRequest
{
    private static readonly JsonElement AnyObject = JsonElement.Parse("{\"type\":\"object\"}");

    private static readonly string[] LoadKeys = ["num_batch", "num_gpu", "main_gpu", "use_mmap", "num_thread", "draft_num_predict"];

    private OllamaRequest(string path, JsonElement body)
    {
        Body = body;
        Generates = path == "/api/generate";
        Model = ChatRequest.Text(body, "model") ?? string.Empty;
        Streams = ChatRequest.Member(body, "stream") is not { ValueKind: JsonValueKind.False };
        Options = ChatRequest.Member(body, "options") ?? default;
        Think = ChatRequest.Member(body, "think");
        Shifts = ChatRequest.Member(body, "shift") is not { ValueKind: JsonValueKind.False };
        Truncates = ChatRequest.Member(body, "truncate") is not { ValueKind: JsonValueKind.False };
        Chat = new SimulatedChat
        {
            Path = path,
            Body = body,
            Model = Model,
            Stream = Streams,
            Messages = Generates ? Prompt(body) : Messages(body),
            MaxTokens = ChatRequest.Integer(Options, "num_predict") is > 0 and var most ? most : null,
            Stop = ChatRequest.Texts(ChatRequest.Member(Options, "stop")),
            Tools = Tools(body),
            Schema = Schema(body),
        };
    }

    public JsonElement Body { get; }

    /// <summary>Gets a value indicating whether the request is one of <c>/api/generate</c>.</summary>
    public bool Generates { get; }

    public string Model { get; }

    public bool Streams { get; }

    public JsonElement Options { get; }

    public JsonElement? Think { get; }

    public bool Shifts { get; }

    public bool Truncates { get; }

    public SimulatedChat Chat { get; }

    /// <summary>Gets a value indicating whether nothing is asked: the request is there to load the model, or to let it go.</summary>
    public bool IsEmpty => Chat.Messages.Count == 0;

    public bool WantsThinking => Think is { ValueKind: not JsonValueKind.False };

    public bool ForbidsThinking => Think is { ValueKind: JsonValueKind.False };

    public bool HasImages => ChatRequest.Items(Body, "images").Length > 0 || ChatRequest.Items(Body, "messages").Any(static message => ChatRequest.Items(message, "images").Length > 0);

    public static OllamaRequest Read(string path, JsonElement body) => new(path, body);

    /// <summary>Returns what a model must be loaded with for a request's options.</summary>
    public static LoadOptions LoadOptions(JsonElement body, SimulatedModel model, int defaultContext)
    {
        var options = ChatRequest.Member(body, "options") ?? default;
        var context = ChatRequest.Integer(options, "num_ctx") is > 0 and var asked ? asked : defaultContext;
        var others = LoadKeys.Select(key => ChatRequest.Member(options, key)?.GetRawText())
            .Select(static (value, index) => LoadKeys[index] == "num_gpu" && value == "-1" ? null : value)
            .Append(ChatRequest.Member(body, "shift") is { ValueKind: JsonValueKind.False } ? "false" : null);
        return new LoadOptions(Math.Clamp(context, 4, Math.Max(4, model.MaxContextLength)), string.Join(';', others));
    }

    private static IReadOnlyList<SimulatedMessage> Prompt(JsonElement body)
    {
        if (ChatRequest.Text(body, "prompt") is not { Length: > 0 } prompt)
        {
            return [];
        }

        var user = new SimulatedMessage("user", prompt);
        return ChatRequest.Text(body, "system") is { Length: > 0 } system ? [new SimulatedMessage("system", system), user] : [user];
    }

    private static IReadOnlyList<SimulatedMessage> Messages(JsonElement body) =>
    [
        .. ChatRequest.Items(body, "messages").Select(static message =>
            new SimulatedMessage((ChatRequest.Text(message, "role") ?? string.Empty).ToLowerInvariant(), ChatRequest.Text(message, "content") ?? string.Empty)),
    ];

    private static IReadOnlyList<SimulatedTool> Tools(JsonElement body) =>
    [
        .. from tool in ChatRequest.Items(body, "tools")
           let function = ChatRequest.Member(tool, "function")
           where function is not null
           select new SimulatedTool(ChatRequest.Text(function.Value, "name") ?? string.Empty, ChatRequest.Member(function.Value, "parameters") ?? default),
    ];

    private static JsonElement? Schema(JsonElement body) => ChatRequest.Member(body, "format") switch
    {
        { ValueKind: JsonValueKind.Object } schema => schema,
        { ValueKind: JsonValueKind.String } word when word.ValueEquals("json") => AnyObject,
        _ => null,
    };
}
