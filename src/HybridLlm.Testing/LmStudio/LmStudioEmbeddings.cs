using HybridLlm.Testing.Generation;
using HybridLlm.Testing.Http;
using HybridLlm.Testing.OpenAI;

namespace HybridLlm.Testing.LmStudio;

/// <summary>The embeddings of LM Studio: like OpenAI's, but nothing is counted, and the model's name tells its quantization.</summary>
internal static class LmStudioEmbeddings
{
    public static Answer Of(IReadOnlyList<string> texts, Instance instance, int dimensions) => new(200, LmStudioErrors.JsonType, Json.Object(root =>
    {
        root.WriteString("object", "list");
        root.Array("data", texts.Index(), (list, text) =>
        {
            list.WriteStartObject();
            list.WriteString("object", "embedding");
            EmbeddingInput.WriteVector(list, Embedder.Embed(text.Item, dimensions), base64: false);
            list.WriteNumber("index", text.Index);
            list.WriteEndObject();
        });
        root.WriteString("model", $"{instance.Id}@{instance.Model.Quantization.ToLowerInvariant()}");
        root.Object("usage", static usage =>
        {
            usage.WriteNumber("prompt_tokens", 0);
            usage.WriteNumber("total_tokens", 0);
        });
    }));
}
