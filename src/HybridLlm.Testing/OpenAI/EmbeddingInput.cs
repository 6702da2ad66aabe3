using System.Buffers.Binary;
using System.Text.Json;
using HybridLlm.Testing.Http;

namespace HybridLlm.Testing.OpenAI;

/// <summary>What OpenAI's embeddings have in common with their imitators.</summary>
internal static class EmbeddingInput
{
    /// <summary>Returns the texts to embed: of a string, of strings, or of token ids, which count as a text of their own.</summary>
    public static IReadOnlyList<string> Texts(JsonElement input)
    {
        if (input.ValueKind == JsonValueKind.Array && input.GetArrayLength() > 0 && input[0].ValueKind == JsonValueKind.Number)
        {
            return [input.GetRawText()];
        }

        return ChatRequest.Texts(input);
    }

    public static void WriteVector(Utf8JsonWriter writer, float[] vector, bool base64)
    {
        if (!base64)
        {
            writer.Array("embedding", vector, static (list, value) => list.WriteNumberValue(value));
            return;
        }

        var bytes = new byte[vector.Length * sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
        }

        writer.WriteBase64String("embedding", bytes);
    }
}
