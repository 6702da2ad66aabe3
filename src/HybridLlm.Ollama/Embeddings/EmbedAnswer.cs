using System.Text.Json;
using HybridLlm.OpenAICompatible.Chat;
using HybridLlm.OpenAICompatible.Embeddings;

namespace HybridLlm.Ollama.Embeddings;

/// <summary>An answer of <c>/api/embed</c>, read straight from its bytes.</summary>
/// <param name="Vectors">The vectors, in the order of the inputs.</param>
/// <param name="Model">The model, as it was asked for.</param>
/// <param name="PromptTokens">The tokens of all inputs; <see langword="null"/> where the server does not tell.</param>
/// <param name="IsError">Whether the answer is an error under status 200.</param>
internal sealed record EmbedAnswer(float[][] Vectors, string? Model, long? PromptTokens, bool IsError)
{
    /// <summary>Reads an answer.</summary>
    /// <param name="body">The answer.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="JsonException">It is no list of embeddings.</exception>
    internal static EmbedAnswer Read(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("an object was expected");
        }

        List<float[]>? vectors = null;
        string? model = null;
        long? tokens = null;
        var isError = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("embeddings"u8))
            {
                reader.Read();
                vectors = ReadList(ref reader);
            }
            else if (reader.ValueTextEquals("model"u8))
            {
                reader.Read();
                model = JsonRead.SameOrString(ref reader, null);
            }
            else if (reader.ValueTextEquals("prompt_eval_count"u8))
            {
                reader.Read();
                tokens = JsonRead.Long(ref reader);
            }
            else
            {
                var isErrorMember = reader.ValueTextEquals("error"u8);
                reader.Read();
                isError |= isErrorMember && reader.TokenType != JsonTokenType.Null;
                reader.Skip();
            }
        }

        return vectors is null && !isError ? throw new JsonException("it has no embeddings") : new(vectors?.ToArray() ?? [], model, tokens, isError);
    }

    private static List<float[]> ReadList(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("its embeddings are no list");
        }

        var vectors = new List<float[]>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            vectors.Add(EmbeddingAnswer.ReadVector(ref reader));
        }

        return vectors;
    }
}
