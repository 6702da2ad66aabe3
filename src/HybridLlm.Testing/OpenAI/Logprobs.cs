using System.Text;
using System.Text.Json;
using HybridLlm.Testing.Generation;
using HybridLlm.Testing.Http;

namespace HybridLlm.Testing.OpenAI;

/// <summary>Makes log probabilities out of the tokens themselves: the same token has the same ones in every run.</summary>
internal static class Logprobs
{
    private static readonly string[] Others = [" the", ".", " a", ",", " and", " of", " to", " in"];

    /// <summary>Writes the <c>content</c> of a logprobs object.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="pieces">The tokens.</param>
    /// <param name="alternatives">How many tokens to list for each, itself included.</param>
    /// <param name="withId">Whether tokens have ids: before the token, as llama-server has it.</param>
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<Piece> pieces, int alternatives, bool withId) =>
        writer.Array("content", pieces, (list, piece) =>
        {
            list.WriteStartObject();
            WriteToken(list, piece.Text, Of(piece.Text, 0), withId);
            var others = Others.Where(other => other != piece.Text).Take(Math.Max(0, alternatives - 1)).ToArray();
            list.Array("top_logprobs", alternatives == 0 ? [] : others.Prepend(piece.Text).Index(), (top, other) =>
            {
                top.WriteStartObject();
                WriteToken(top, other.Item, Of(piece.Text, other.Index), withId);
                top.WriteEndObject();
            });
            list.WriteEndObject();
        });

    /// <summary>Writes the list as Ollama has it: without ids, and without a list of alternatives where none are asked for.</summary>
    public static void WriteFlat(Utf8JsonWriter writer, IReadOnlyList<Piece> pieces, int alternatives) =>
        writer.Array("logprobs", pieces, (list, piece) =>
        {
            list.WriteStartObject();
            WriteToken(list, piece.Text, Of(piece.Text, 0), withId: false);
            if (alternatives > 0)
            {
                var others = Others.Where(other => other != piece.Text).Take(alternatives - 1).Prepend(piece.Text).Index();
                list.Array("top_logprobs", others, (top, other) =>
                {
                    top.WriteStartObject();
                    WriteToken(top, other.Item, Of(piece.Text, other.Index), withId: false);
                    top.WriteEndObject();
                });
            }

            list.WriteEndObject();
        });

    private static double Of(string token, int rank) => -0.05 - (Tokenizer.Id(token) % 16 / 32.0) - (rank * 2.25);

    private static void WriteToken(Utf8JsonWriter writer, string token, double logprob, bool withId)
    {
        if (withId)
        {
            writer.WriteNumber("id", Tokenizer.Id(token));
        }

        writer.WriteString("token", token);
        if (!withId)
        {
            writer.WriteNumber("logprob", logprob);
        }

        writer.Array("bytes", Encoding.UTF8.GetBytes(token), static (bytes, value) => bytes.WriteNumberValue(value));
        if (withId)
        {
            writer.WriteNumber("logprob", logprob);
        }
    }
}
