using System.Text.Json;
using HybridLlm.Testing.Generation;
using HybridLlm.Testing.Http;
using HybridLlm.Testing.OpenAI;

namespace HybridLlm.Testing.Ollama;

/// <summary>Answers <c>/api/embed</c> and its forerunner <c>/api/embeddings</c>.</summary>
internal static class OllamaEmbeddings
{
    public static Answer? Refuse(JsonElement body, int context)
    {
        var input = ChatRequest.Member(body, "input");
        if (input is not null and not { ValueKind: JsonValueKind.String or JsonValueKind.Array }
            || (input is { ValueKind: JsonValueKind.Array } list && list.EnumerateArray().Any(static item => item.ValueKind != JsonValueKind.String)))
        {
            return OllamaErrors.Invalid("invalid input type");
        }

        var texts = ChatRequest.Texts(input);
        var exact = ChatRequest.Member(body, "truncate") is { ValueKind: JsonValueKind.False };
        return input is { ValueKind: JsonValueKind.Array } && texts.Any(static text => text.Length == 0)
            ? OllamaErrors.Invalid("input exceeds maximum context length and cannot be truncated further")
            : exact && texts.Any(text => Tokenizer.Split(text).Count > context) ? OllamaErrors.Invalid("the input length exceeds the context length")
            : null;
    }

    /// <summary>Answers <c>/api/embed</c>.</summary>
    /// <param name="body">The request.</param>
    /// <param name="context">The size of the context, at which texts are cut.</param>
    /// <param name="length">The number of dimensions the model has.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="started">The time stamp of the request.</param>
    /// <param name="load">How long it took until the model was there.</param>
    public static Answer Embed(JsonElement body, int context, int length, TimeProvider clock, long started, TimeSpan load)
    {
        var texts = ChatRequest.Texts(ChatRequest.Member(body, "input"));
        texts = texts is [""] ? [] : texts;
        var tokens = texts.Select(text => Tokenizer.Split(text).Take(context).ToArray()).ToArray();
        var dimensions = ChatRequest.Integer(body, "dimensions") is > 0 and var asked && asked < length ? asked : length;
        return GoJson.Answer(root =>
        {
            root.WriteString("model", ChatRequest.Text(body, "model"));
            root.Array("embeddings", tokens, (list, text) =>
            {
                list.WriteStartArray();
                foreach (var value in Shorten(Embedder.Embed(string.Concat(text), length), dimensions))
                {
                    list.WriteNumberValue(value);
                }

                list.WriteEndArray();
            });
            if (tokens.Length > 0)
            {
                root.Duration("total_duration", clock.GetElapsedTime(started));
                root.Duration("load_duration", load);
                root.Count("prompt_eval_count", tokens.Sum(static text => text.Length));
            }
        });
    }

    /// <summary>Answers <c>/api/embeddings</c>, which knows one text and calls it a prompt.</summary>
    public static Answer EmbedPrompt(JsonElement body, int length)
    {
        var prompt = ChatRequest.Text(body, "prompt") ?? string.Empty;
        return GoJson.Answer(root => root.Array("embedding", prompt.Length == 0 ? [] : Embedder.Embed(prompt, length), static (list, value) => list.WriteNumberValue((double)value)));
    }

    /// <summary>Keeps the first dimensions, and makes the length of the vector one again.</summary>
    private static IEnumerable<float> Shorten(float[] vector, int dimensions)
    {
        var kept = vector[..dimensions];
        var length = Math.Sqrt(kept.Sum(static value => (double)value * value));
        return kept.Select(value => length == 0 ? 0 : (float)(value / length));
    }
}
