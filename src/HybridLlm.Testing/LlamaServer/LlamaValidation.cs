using System.Text.Json;
using HybridLlm.Testing.Http;
using HybridLlm.Testing.OpenAI;

namespace HybridLlm.Testing.LlamaServer;

/// <summary>What llama-server refuses in a chat request, and with which words.</summary>
internal static class LlamaValidation
{
    private static readonly string[] Numbers = ["temperature", "top_p", "top_k", "min_p", "max_tokens", "max_completion_tokens", "seed", "presence_penalty", "frequency_penalty"];
    private static readonly string[] Choices = ["auto", "none", "required"];

    public static Answer? Refuse(JsonElement body, int slots) =>
        RefuseMessages(body) ?? RefuseTools(body) ?? RefuseFormat(body) ?? RefuseFields(body, slots);

    private static Answer? RefuseMessages(JsonElement body)
    {
        if (ChatRequest.Member(body, "messages") is not { } messages)
        {
            return LlamaErrors.Invalid("'messages' is required");
        }

        if (messages.ValueKind != JsonValueKind.Array)
        {
            return LlamaErrors.Invalid("Expected 'messages' to be an array");
        }

        return messages.EnumerateArray().Select(RefuseMessage).FirstOrDefault(static answer => answer is not null) ?? RefuseTwoAnswers(messages);
    }

    private static Answer? RefuseMessage(JsonElement message)
    {
        var role = ChatRequest.Text(message, "role");
        if (message.ValueKind == JsonValueKind.Object && !message.TryGetProperty("content", out _) && role is not (null or "assistant"))
        {
            return LlamaErrors.Invalid("All non-assistant messages must contain 'content'");
        }

        var content = ChatRequest.Member(message, "content");
        if (content is { ValueKind: not (JsonValueKind.String or JsonValueKind.Array) })
        {
            return LlamaErrors.Invalid("Expected 'content' to be a string or an array");
        }

        if (content is { ValueKind: JsonValueKind.Array } parts)
        {
            foreach (var part in parts.EnumerateArray())
            {
                switch (ChatRequest.Text(part, "type"))
                {
                    case "text":
                        break;
                    case "image_url":
                        return LlamaErrors.Server("image input is not supported - hint: if this is unexpected, you may need to provide the mmproj");
                    default:
                        return LlamaErrors.Invalid("unsupported content[].type");
                }
            }
        }

        return role is null ? LlamaErrors.Server($"Failed to parse messages: Missing 'role' in message: {message.GetRawText()}") : null;
    }

    private static Answer? RefuseTwoAnswers(JsonElement messages)
    {
        var count = messages.GetArrayLength();
        return count > 1 && ChatRequest.Text(messages[count - 1], "role") == "assistant" && ChatRequest.Text(messages[count - 2], "role") == "assistant"
            ? LlamaErrors.Invalid("Cannot have 2 or more assistant messages at the end of the list.")
            : null;
    }

    private static Answer? RefuseTools(JsonElement body)
    {
        if (ChatRequest.Text(body, "tool_choice") is { } choice && !Choices.Contains(choice))
        {
            return LlamaErrors.Invalid($"Invalid tool_choice: {choice}");
        }

        foreach (var tool in ChatRequest.Items(body, "tools"))
        {
            if (ChatRequest.Member(tool, "function") is null)
            {
                return LlamaErrors.Server($"Failed to parse tools: Missing tool function: {tool.GetRawText()}; tools = {ChatRequest.Member(body, "tools")!.Value.GetRawText()}");
            }
        }

        return null;
    }

    private static Answer? RefuseFormat(JsonElement body) =>
        ChatRequest.Member(body, "response_format") is { } format && ChatRequest.Text(format, "type") is { } type
        && type is not ("" or "text" or "json_object" or "json_schema")
            ? LlamaErrors.Invalid($"response_format type must be one of \"text\" or \"json_object\", but got: {type}")
            : null;

    private static Answer? RefuseFields(JsonElement body, int slots)
    {
        foreach (var name in Numbers)
        {
            if (ChatRequest.Member(body, name) is { ValueKind: not JsonValueKind.Number } value)
            {
                return WrongType(name, "number", value);
            }
        }

        if (ChatRequest.Member(body, "stream") is { ValueKind: not (JsonValueKind.True or JsonValueKind.False) } stream)
        {
            return WrongType("stream", "boolean", stream);
        }

        if (ChatRequest.Integer(body, "n") is { } choices && (choices < 1 || choices > slots))
        {
            return LlamaErrors.Invalid($"Field 'n': Value must be between 1 <= value <= {slots}, but got {choices}");
        }

        return ChatRequest.Integer(body, "top_logprobs") is > 0 && !ChatRequest.Flag(body, "logprobs")
            ? LlamaErrors.Invalid("top_logprobs requires logprobs to be set to true")
            : null;
    }

    private static Answer WrongType(string name, string wanted, JsonElement value)
    {
        var kind = value.ValueKind is JsonValueKind.True or JsonValueKind.False ? "boolean" : value.ValueKind.ToString().ToLowerInvariant();
        return LlamaErrors.Invalid($"Field '{name}': [json.exception.type_error.302] type must be {wanted}, but is {kind}");
    }
}
