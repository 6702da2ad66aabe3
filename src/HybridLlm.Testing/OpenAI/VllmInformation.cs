using System.Text.Json;
using HybridLlm.Testing.Generation;
using HybridLlm.Testing.Http;

namespace HybridLlm.Testing.OpenAI;

/// <summary>What vLLM tells about its models, and what it does besides chats.</summary>
internal static class VllmInformation
{
    public static byte[] Models(OpenAISimulatorOptions options, long now) => Json.Object(root =>
    {
        root.WriteString("object", "list");
        root.Array("data", options.Aliases.Prepend(options.Model), (list, name) =>
        {
            list.WriteStartObject();
            list.WriteString("id", name);
            list.WriteString("object", "model");
            list.WriteNumber("created", now);
            list.WriteString("owned_by", "vllm");
            list.WriteString("root", "/models/" + options.Model);
            list.WriteNull("parent");
            list.WriteNumber("max_model_len", options.ContextLength);
            list.Array("permission", [name], (permissions, _) => WritePermission(permissions, name, now));
            list.WriteEndObject();
        });
    });

    public static Answer Tokenize(JsonElement body, string path, int context)
    {
        var text = ChatRequest.Text(body, "prompt");
        if (text is null && ChatRequest.Member(body, "messages") is null)
        {
            var input = $"<dict of {body.GetPropertyCount()} items>";
            return VllmErrors.Invalid(
                "body.prompt",
                VllmErrors.Violation("body.prompt", "missing", "Field required", input),
                VllmErrors.Violation("body.messages", "missing", "Field required", input));
        }

        var pieces = Tokenizer.Split(text ?? ChatRequest.Parse(path, body).Prompt);
        return Ok(Json.Object(root =>
        {
            root.WriteNumber("count", pieces.Count);
            root.WriteNumber("max_model_len", context);
            root.Array("tokens", pieces, static (list, piece) => list.WriteNumberValue(Tokenizer.Id(piece)));
            if (ChatRequest.Flag(body, "return_token_strs"))
            {
                root.Array("token_strs", pieces, static (list, piece) => list.WriteStringValue(piece.Replace(' ', 'Ġ').Replace('\n', 'Ċ')));
            }
            else
            {
                root.WriteNull("token_strs");
            }
        }));
    }

    public static Answer Embed(JsonElement body, OpenAISimulatorOptions options, long task, long now)
    {
        var texts = EmbeddingInput.Texts(ChatRequest.Member(body, "input") ?? default);
        if (texts.Count == 0)
        {
            return VllmErrors.Bad("You must pass at least one prompt", null);
        }

        if (texts.Contains(string.Empty))
        {
            return VllmErrors.Bad("The decoder prompt cannot be empty", null);
        }

        if (ChatRequest.Integer(body, "dimensions") is { } dimensions)
        {
            return VllmErrors.Bad($"Model '{options.Model}' does not support Matryoshka embeddings; dimensions must be unset (received dimensions={dimensions}).", null);
        }

        var base64 = ChatRequest.Text(body, "encoding_format") == "base64";
        return Ok(Json.Object(root =>
        {
            var tokens = texts.Sum(static text => Tokenizer.Split(text).Count);
            root.WriteString("id", "embd-" + Ids.Hex(task, 16));
            root.WriteString("object", "list");
            root.WriteNumber("created", now);
            root.WriteString("model", options.Model);
            root.Array("data", texts.Index(), (list, text) =>
            {
                list.WriteStartObject();
                list.WriteNumber("index", text.Index);
                list.WriteString("object", "embedding");
                EmbeddingInput.WriteVector(list, Embedder.Embed(text.Item, options.EmbeddingDimensions), base64);
                list.WriteEndObject();
            });
            root.Object("usage", usage =>
            {
                usage.WriteNumber("prompt_tokens", tokens);
                usage.WriteNumber("total_tokens", tokens);
                usage.WriteNumber("completion_tokens", 0);
                usage.WriteNull("prompt_tokens_details");
                usage.WriteNull("completion_tokens_details");
            });
        }));
    }

    private static Answer Ok(byte[] body) => new(200, VllmErrors.JsonType, body);

    private static void WritePermission(Utf8JsonWriter writer, string name, long now)
    {
        writer.WriteStartObject();
        writer.WriteString("id", "modelperm-" + Ids.Hex(Tokenizer.Id(name), 16));
        writer.WriteString("object", "model_permission");
        writer.WriteNumber("created", now);
        foreach (var (right, granted) in (ReadOnlySpan<(string, bool)>)[("allow_create_engine", false), ("allow_sampling", true), ("allow_logprobs", true), ("allow_search_indices", false), ("allow_view", true), ("allow_fine_tuning", false)])
        {
            writer.WriteBoolean(right, granted);
        }

        writer.WriteString("organization", "*");
        writer.WriteNull("group");
        writer.WriteBoolean("is_blocking", false);
        writer.WriteEndObject();
    }
}
