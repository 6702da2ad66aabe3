using System.Text.Json;
using HybridLlm.Testing.Generation;

namespace HybridLlm.Testing;

/// <summary>A request for text, as the scripted model sees it, whichever API it came by.</summary>
public sealed record SimulatedChat
{
    private const int MaxEcho = 400;

    /// <summary>Gets the path that was called.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the whole body of the request.</summary>
    public required JsonElement Body { get; init; }

    /// <summary>Gets the model that was asked for; <see langword="null"/> when the request names none.</summary>
    public string? Model { get; init; }

    /// <summary>Gets the messages, oldest first.</summary>
    public IReadOnlyList<SimulatedMessage> Messages { get; init; } = [];

    /// <summary>Gets a value indicating whether the answer is streamed.</summary>
    public bool Stream { get; init; }

    /// <summary>Gets the most tokens to generate; <see langword="null"/> for no limit but the context.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Gets the texts at which generation stops.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Gets the tools on offer.</summary>
    public IReadOnlyList<SimulatedTool> Tools { get; init; } = [];

    /// <summary>Gets the tool choice: <c>auto</c>, <c>none</c>, <c>required</c>, or the name of a tool that the backend honours.</summary>
    public string ToolChoice { get; init; } = "auto";

    /// <summary>Gets the JSON schema that the answer must follow; <see langword="null"/> for free text.</summary>
    public JsonElement? Schema { get; init; }

    /// <summary>Gets the text of the last message of the user; empty when there is none.</summary>
    public string LastUserText => Messages.LastOrDefault(static message => message.Role == "user")?.Text ?? string.Empty;

    /// <summary>Gets the prompt as one text, as a chat template makes it.</summary>
    public string Prompt =>
        string.Concat(Messages.Select(static message => $"<|im_start|>{message.Role}\n{message.Text}<|im_end|>\n")) + "<|im_start|>assistant\n";

    /// <summary>
    /// Makes the reply of a model that nobody scripted: a minimal instance of the schema; else a call of a tool, if tools are
    /// offered and none has answered yet; else an echo of the last user message.
    /// </summary>
    /// <returns>The reply; always the same for the same request.</returns>
    public SimulatedReply DefaultReply()
    {
        if (Schema is { } schema)
        {
            return SchemaInstance.Create(schema);
        }

        var tool = Tools.FirstOrDefault(tool => tool.Name == ToolChoice) ?? (Tools.Count > 0 ? Tools[0] : null);
        if (tool is not null && ToolChoice != "none" && (Messages.Count == 0 || Messages[^1].Role != "tool"))
        {
            return new SimulatedReply { ToolCalls = [new SimulatedToolCall(tool.Name, SchemaInstance.Create(tool.Parameters))] };
        }

        var said = LastUserText;
        return $"You said: {(said.Length > MaxEcho ? said[..MaxEcho] : said)}";
    }
}
