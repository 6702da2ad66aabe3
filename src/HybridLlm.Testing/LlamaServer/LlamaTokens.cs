using System.Text.Json;
using HybridLlm.Testing.Generation;
using HybridLlm.Testing.Http;
using HybridLlm.Testing.OpenAI;

namespace HybridLlm.Testing.LlamaServer;

/// <summary>The endpoints about tokens and templates. They know the tokens they gave out themselves.</summary>
internal sealed class LlamaTokens
{
    private const int MaxKnown = 100_000;

    private readonly Dictionary<int, string> _known = [];
    private readonly Lock _gate = new();

    public Answer Tokenize(JsonElement body)
    {
        var pieces = Tokenizer.Split(ChatRequest.Text(body, "content") ?? string.Empty);
        Remember(pieces);
        var withPieces = ChatRequest.Flag(body, "with_pieces");
        return Ok(Json.Object(root => root.Array("tokens", pieces, (list, piece) =>
        {
            if (!withPieces)
            {
                list.WriteNumberValue(Tokenizer.Id(piece));
                return;
            }

            list.WriteStartObject();
            list.WriteNumber("id", Tokenizer.Id(piece));
            list.WriteString("piece", piece);
            list.WriteEndObject();
        })));
    }

    public Answer Detokenize(JsonElement body)
    {
        var ids = ChatRequest.Items(body, "tokens").Select(static id => id.GetInt32());
        lock (_gate)
        {
            var text = string.Concat(ids.Select(id => _known.GetValueOrDefault(id, "\uFFFD")));
            return Ok(Json.Object(root => root.WriteString("content", text)));
        }
    }

    public static Answer ApplyTemplate(SimulatedChat chat) => Ok(Json.Object(root => root.WriteString("prompt", chat.Prompt)));

    public static Answer CountInput(SimulatedChat chat) => Ok(Json.Object(root =>
    {
        root.WriteNumber("input_tokens", Tokenizer.Split(chat.Prompt).Count);
        root.WriteString("object", "response.input_tokens");
    }));

    private static Answer Ok(byte[] body) => new(200, LlamaErrors.JsonType, body);

    private void Remember(IReadOnlyList<string> pieces)
    {
        lock (_gate)
        {
            foreach (var piece in pieces.TakeWhile(_ => _known.Count < MaxKnown))
            {
                _known[Tokenizer.Id(piece)] = piece;
            }
        }
    }
}
