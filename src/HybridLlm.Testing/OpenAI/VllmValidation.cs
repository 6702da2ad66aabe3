using System.Text.Json;
using HybridLlm.Testing.Http;

namespace HybridLlm.Testing.OpenAI;

/// <summary>What vLLM refuses in a chat request, and with which words.</summary>
internal static class VllmValidation
{
    private static readonly string[] Choices = ["auto", "none", "required"];

    public static Answer? Refuse(JsonElement body, int context) => RefuseForm(body) ?? RefuseValues(body, context) ?? RefuseTools(body);

    private static Answer? RefuseForm(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            var input = body.ValueKind == JsonValueKind.Array ? $"<list of {body.GetArrayLength()} items>" : body.ToString();
            return VllmErrors.Invalid("body", "model_attributes_type", "Input should be a valid dictionary or object to extract fields from", input);
        }

        if (!body.TryGetProperty("messages", out var messages))
        {
            return VllmErrors.Invalid("body.messages", "missing", "Field required", $"<dict of {body.GetPropertyCount()} items>");
        }

        if (messages.ValueKind != JsonValueKind.Array)
        {
            return VllmErrors.Invalid("body.messages", "list_type", "Input should be a valid list", messages.ToString());
        }

        if (ChatRequest.Member(body, "max_tokens") is not { } most)
        {
            return null;
        }

        const string Location = "body.max_tokens";
        return most.ValueKind == JsonValueKind.String
            ? VllmErrors.Invalid(Location, "int_parsing", "Input should be a valid integer, unable to parse string as an integer", most.ToString())
            : most.TryGetInt64(out _) ? null
            : VllmErrors.Invalid(Location, "int_from_float", "Input should be a valid integer, got a number with a fractional part", most.ToString());
    }

    private static Answer? RefuseValues(JsonElement body, int context)
    {
        if (ChatRequest.Items(body, "messages").Length == 0)
        {
            return VllmErrors.Bad("Cannot apply chat template to an empty conversation. Provide at least one message.", null);
        }

        if (ChatRequest.Member(body, "stream_options") is not null && !ChatRequest.Flag(body, "stream"))
        {
            return VllmErrors.Bad("Stream options can only be defined when `stream=True`. (parameter=stream_options)", "stream_options");
        }

        if (ChatRequest.Integer(body, "top_logprobs") is { } alternatives)
        {
            if (alternatives < -1)
            {
                return VllmErrors.Bad($"`top_logprobs` must be a positive value or -1. (parameter=top_logprobs, value={alternatives})", "top_logprobs");
            }

            if (alternatives > 0 && !ChatRequest.Flag(body, "logprobs"))
            {
                return VllmErrors.Bad("when using `top_logprobs`, `logprobs` must be set to true. (parameter=top_logprobs)", "top_logprobs");
            }

            if (alternatives > 20)
            {
                return VllmErrors.Bad($"Requested sample logprobs of {alternatives}, which is greater than max allowed: 20 (parameter=logprobs, value={alternatives})", "logprobs");
            }
        }

        return (ChatRequest.Integer(body, "max_completion_tokens") ?? ChatRequest.Integer(body, "max_tokens")) switch
        {
            { } most when most > context => VllmErrors.Bad($"max_tokens={most} cannot be greater than max_model_len={context}. Please request fewer output tokens. (parameter=max_tokens, value={most})", "max_tokens"),
            { } most and < 1 => VllmErrors.Bad($"max_tokens must be at least 1, got {most}. (parameter=max_tokens, value={most})", "max_tokens"),
            _ => null,
        };
    }

    private static Answer? RefuseTools(JsonElement body)
    {
        var choice = ChatRequest.Member(body, "tool_choice");
        if (ChatRequest.Member(body, "tools") is not { } tools)
        {
            return choice is null ? null : VllmErrors.Bad("When using `tool_choice`, `tools` must be set. (parameter=tool_choice)", "tool_choice");
        }

        if (tools.ValueKind == JsonValueKind.Array && tools.GetArrayLength() == 0)
        {
            return VllmErrors.Bad("`tools` must not be an empty array. Either provide at least one tool or omit the field entirely. (parameter=tools)", "tools");
        }

        if (choice is { ValueKind: JsonValueKind.String } word && !Choices.Contains(word.GetString()))
        {
            return VllmErrors.Bad($"Invalid value for `tool_choice`: {word}! Only named tools, \"none\", \"auto\" or \"required\" are supported. (parameter=tool_choice)", "tool_choice");
        }

        if (choice is { ValueKind: JsonValueKind.Object } named)
        {
            var name = ChatRequest.Member(named, "function") is { } function ? ChatRequest.Text(function, "name") : null;
            var known = ChatRequest.Items(body, "tools").Any(tool => ChatRequest.Member(tool, "function") is { } offered && ChatRequest.Text(offered, "name") == name);
            return known ? null : VllmErrors.Bad("The tool specified in `tool_choice` does not match any of the specified `tools` (parameter=tool_choice)", "tool_choice");
        }

        return null;
    }
}
