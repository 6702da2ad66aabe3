using System.Text.Json;

namespace HybridLlm.Testing.OpenAI;

/// <summary>Reads the parts of an OpenAI chat request that the backends have in common. What is of the wrong type counts as absent.</summary>
internal static class ChatRequest
{
    public static SimulatedChat Parse(string path, JsonElement body) => new()
    {
        Path = path,
        Body = body,
        Model = Text(body, "model"),
        Messages = Messages(body),
        Stream = Flag(body, "stream"),
        MaxTokens = Integer(body, "max_completion_tokens") ?? Integer(body, "max_tokens"),
        Stop = Stops(body),
        Tools = Tools(body),
        ToolChoice = ToolChoice(body),
        Schema = Schema(body),
    };

    public static JsonElement? Member(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    public static string? Text(JsonElement value, string name) =>
        Member(value, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static bool Flag(JsonElement value, string name) => Member(value, name) is { ValueKind: JsonValueKind.True };

    public static int? Integer(JsonElement value, string name) =>
        Member(value, name) is { ValueKind: JsonValueKind.Number } number ? (int)Math.Clamp(number.GetDouble(), int.MinValue, int.MaxValue) : null;

    public static JsonElement[] Items(JsonElement value, string name) =>
        Member(value, name) is { ValueKind: JsonValueKind.Array } items ? [.. items.EnumerateArray()] : [];

    public static bool IncludeUsage(JsonElement body) => Member(body, "stream_options") is { } options && Flag(options, "include_usage");

    /// <summary>Returns the texts of a field that holds one or several.</summary>
    public static IReadOnlyList<string> Texts(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.String } text => [text.GetString()!],
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(static item => item.ValueKind == JsonValueKind.String ? item.GetString()! : item.GetRawText())],
        _ => [],
    };

    private static IReadOnlyList<string> Stops(JsonElement body) => Texts(Member(body, "stop"));

    private static IReadOnlyList<SimulatedMessage> Messages(JsonElement body) =>
    [
        .. Items(body, "messages").Select(static message => new SimulatedMessage(Text(message, "role") ?? string.Empty, Content(message))),
    ];

    private static string Content(JsonElement message) => Member(message, "content") switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Array } parts => string.Concat(parts.EnumerateArray().Select(static part => Text(part, "text"))),
        _ => string.Empty,
    };

    private static IReadOnlyList<SimulatedTool> Tools(JsonElement body) =>
    [
        .. from tool in Items(body, "tools")
           let function = Member(tool, "function")
           where function is not null
           select new SimulatedTool(Text(function.Value, "name") ?? string.Empty, Member(function.Value, "parameters") ?? default),
    ];

    private static string ToolChoice(JsonElement body) => Member(body, "tool_choice") switch
    {
        { ValueKind: JsonValueKind.String } word => word.GetString()!,
        { ValueKind: JsonValueKind.Object } named when Member(named, "function") is { } function => Text(function, "name") ?? "auto",
        _ => "auto",
    };

    private static JsonElement? Schema(JsonElement body)
    {
        if (Member(body, "response_format") is not { } format)
        {
            return Member(body, "json_schema");
        }

        return Text(format, "type") switch
        {
            "json_schema" => Member(format, "json_schema") is { } wrapper && Member(wrapper, "schema") is { } schema ? schema : AnyObject,
            "json_object" => Member(format, "schema") ?? AnyObject,
            _ => null,
        };
    }

    private static JsonElement AnyObject { get; } = JsonElement.Parse("{\"type\":\"object\"}");
}
