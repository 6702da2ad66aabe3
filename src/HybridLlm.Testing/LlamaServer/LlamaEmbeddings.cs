using System.Text.Json;
using HybridLlm.Testing.Generation;
using HybridLlm.Testing.Http;
using HybridLlm.Testing.OpenAI;

namespace HybridLlm.Testing.LlamaServer;

/// <summary>The embeddings of llama-server.</summary>
internal static class LlamaEmbeddings
{
    public static Answer Answer(JsonElement body, LlamaServerSimulatorOptions options)
    {
        if ((ChatRequest.Member(body, "input") ?? ChatRequest.Member(body, "content")) is not { } input)
        {
            return LlamaErrors.Invalid("\"input\" or \"content\" must be provided");
        }

        var texts = EmbeddingInput.Texts(input);
        if (texts.Count == 0)
        {
            return LlamaErrors.Invalid("\"input\" must not be empty");
        }

        if (texts.Contains(string.Empty))
        {
            return LlamaErrors.Invalid("Input content cannot be empty");
        }

        var format = ChatRequest.Text(body, "encoding_format") ?? "float";
        return format is "float" or "base64"
            ? new Answer(200, LlamaErrors.JsonType, Write(texts, ChatRequest.Text(body, "model") ?? options.Model, format == "base64", options.EmbeddingDimensions))
            : LlamaErrors.Invalid("The format to return the embeddings in. Can be either float or base64");
    }

    private static byte[] Write(IReadOnlyList<string> texts, string model, bool base64, int dimensions) => Json.Object(root =>
    {
        var tokens = texts.Sum(static text => Tokenizer.Split(text).Count);
        root.WriteString("model", model);
        root.WriteString("object", "list");
        root.Object("usage", usage =>
        {
            usage.WriteNumber("prompt_tokens", tokens);
            usage.WriteNumber("total_tokens", tokens);
        });
        root.Array("data", texts.Index(), (list, text) =>
        {
            list.WriteStartObject();
            EmbeddingInput.WriteVector(list, Embedder.Embed(text.Item, dimensions), base64);
            list.WriteNumber("index", text.Index);
            list.WriteString("object", "embedding");
            if (base64)
            {
                list.WriteString("encoding_format", "base64");
            }

            list.WriteEndObject();
        });
    });
}
