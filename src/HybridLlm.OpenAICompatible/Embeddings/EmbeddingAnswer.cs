using System.Buffers.Binary;
using System.Text.Json;
using HybridLlm.OpenAICompatible.Chat;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Embeddings;

/// <summary>An answer of <c>/embeddings</c>, read straight from its bytes.</summary>
/// <param name="Vectors">The vectors, in the order of the inputs.</param>
/// <param name="Model">The model that made them.</param>
/// <param name="Usage">What it cost.</param>
/// <param name="IsError">Whether the answer is an error under status 200.</param>
internal sealed record EmbeddingAnswer(float[][] Vectors, string? Model, UsageDetails? Usage, bool IsError)
{
    /// <summary>Reads an answer.</summary>
    /// <param name="body">The answer.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="JsonException">It is no list of embeddings.</exception>
    internal static EmbeddingAnswer Read(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("an object was expected");
        }

        SortedDictionary<long, float[]>? vectors = null;
        string? model = null;
        UsageDetails? usage = null;
        var isError = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("data"u8))
            {
                reader.Read();
                vectors = ReadList(ref reader);
            }
            else if (reader.ValueTextEquals("model"u8))
            {
                reader.Read();
                model = JsonRead.SameOrString(ref reader, null);
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                reader.Read();
                usage = UsageReader.Read(ref reader);
            }
            else
            {
                var isErrorMember = reader.ValueTextEquals("error"u8);
                reader.Read();
                isError |= isErrorMember && reader.TokenType != JsonTokenType.Null;
                reader.Skip();
            }
        }

        return vectors is null && !isError
            ? throw new JsonException("it has no data")
            : new EmbeddingAnswer(vectors is null ? [] : [.. vectors.Values], model, usage, isError);
    }

    private static SortedDictionary<long, float[]> ReadList(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("its data is no list");
        }

        var vectors = new SortedDictionary<long, float[]>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new JsonException("an entry is no object");
            }

            ReadEntry(ref reader, vectors);
        }

        return vectors;
    }

    private static void ReadEntry(ref Utf8JsonReader reader, SortedDictionary<long, float[]> vectors)
    {
        long? index = null;
        float[]? vector = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("embedding"u8))
            {
                reader.Read();
                vector = ReadVector(ref reader);
            }
            else
            {
                var isIndex = reader.ValueTextEquals("index"u8);
                reader.Read();
                if (isIndex)
                {
                    index = JsonRead.Long(ref reader);
                }
                else
                {
                    reader.Skip();
                }
            }
        }

        if (vector is null || !vectors.TryAdd(index ?? vectors.Count, vector))
        {
            throw new JsonException("an entry is incomplete or comes twice");
        }
    }

    /// <summary>Reads one vector: a list of numbers, or base64 of them.</summary>
    /// <param name="reader">Stands on the value.</param>
    /// <returns>The vector.</returns>
    /// <exception cref="JsonException">It is none.</exception>
    internal static float[] ReadVector(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return FromBase64(ref reader);
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("an embedding is neither a list nor base64");
        }

        var numbers = new List<float>(1024);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number)
            {
                throw new JsonException("an embedding is not a list of numbers; a server that makes one vector for each token needs a pooling mode");
            }

            numbers.Add(reader.GetSingle());
        }

        return Finite([.. numbers]);
    }

    private static float[] FromBase64(ref Utf8JsonReader reader)
    {
        if (!reader.TryGetBytesFromBase64(out var bytes) || bytes.Length % sizeof(float) != 0)
        {
            throw new JsonException("an embedding is not base64 of whole numbers");
        }

        var vector = new float[bytes.Length / sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
        }

        return Finite(vector);
    }

    private static float[] Finite(float[] vector) =>
        vector.AsSpan().ContainsAnyExceptInRange(float.MinValue, float.MaxValue) ? throw new JsonException("an embedding holds a number that is not finite") : vector;
}
