using System.Text.Json;
using HybridLlm.Testing.Generation;
using HybridLlm.Testing.Http;
using HybridLlm.Testing.OpenAI;

namespace HybridLlm.Testing.LmStudio;

/// <summary>The chat completions of LM Studio: the role in every delta, no logprobs, and statistics on the native path.</summary>
internal sealed class LmStudioChat(InstanceLease lease, LmStudioReasoning reasoning, bool native) : IChatDialect
{
    private const string BeginOfThought = "<think>";
    private const string EndOfThought = "</think>";

    private static readonly KeyValuePair<string, string>[] NoCache = [new("Cache-Control", "no-cache")];

    public string StreamContentType => "text/event-stream";

    public string PlainContentType => LmStudioErrors.JsonType;

    public IReadOnlyList<KeyValuePair<string, string>> StreamHeaders => NoCache;

    public static byte[] Done { get; } = "data: [DONE]\n\n"u8.ToArray();

    private Instance Instance => lease.Instance;

    public void Ended(ChatRun run) => lease.Dispose();

    public IEnumerable<StreamFrame> Frames(ChatRun run, bool omitFinish)
    {
        for (var i = 0; i < run.Pieces.Count; i++)
        {
            var piece = run.Pieces[i];
            if (piece.OpensCall)
            {
                yield return new StreamFrame(FrameKind.Opening, () => Chunk(run, delta => WriteCallHead(delta, run, piece), null));
            }

            var before = i > 0 ? run.Pieces[i - 1].Kind : PieceKind.Text;
            yield return new StreamFrame(FrameKind.Token, () => Chunk(run, delta => WritePiece(delta, piece, before), null));
        }

        if (!omitFinish)
        {
            yield return new StreamFrame(FrameKind.Finish, () => Chunk(run, static _ => { }, run.FinishReason));
        }

        if (ChatRequest.IncludeUsage(run.Chat.Body))
        {
            yield return new StreamFrame(FrameKind.Usage, () => UsageChunk(run));
        }

        yield return new StreamFrame(FrameKind.Done, static () => Done);
    }

    public byte[] Plain(ChatRun run, bool omitFinish) => Json.Object(root =>
    {
        WriteBeginning(root, run, "chat.completion");
        root.WriteStartArray("choices");
        root.WriteStartObject();
        root.WriteNumber("index", 0);
        root.WriteNull("logprobs");
        root.WriteString("finish_reason", omitFinish ? null : run.FinishReason);
        root.Object("message", message => WriteMessage(message, run));
        root.WriteEndObject();
        root.WriteEndArray();
        WriteUsage(root, run);
        root.Object("stats", stats => WriteStats(stats, run));
        if (native)
        {
            WriteModel(root);
        }

        root.WriteString("system_fingerprint", Instance.Id);
    });

    private static string CallId(ChatRun run, int call) => run.Reply.ToolCalls[call].Id ?? (100_000_000 + (run.Task * 16) + call).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static void WriteCallHead(Utf8JsonWriter delta, ChatRun run, Piece piece) => delta.Array("tool_calls", [piece], (list, part) =>
    {
        list.WriteStartObject();
        list.WriteNumber("index", part.Call);
        list.WriteString("id", CallId(run, part.Call));
        list.WriteString("type", "function");
        list.Object("function", function =>
        {
            function.WriteString("name", run.Reply.ToolCalls[part.Call].Name);
            function.WriteString("arguments", string.Empty);
        });
        list.WriteEndObject();
    });

    private static void WriteUsage(Utf8JsonWriter root, ChatRun run) => root.Object("usage", usage =>
    {
        usage.WriteNumber("prompt_tokens", run.PromptTokens.Count);
        usage.WriteNumber("completion_tokens", run.CompletionTokens);
        usage.WriteNumber("total_tokens", run.PromptTokens.Count + run.CompletionTokens);
    });

    private void WritePiece(Utf8JsonWriter delta, Piece piece, PieceKind before)
    {
        if (piece.Kind == PieceKind.ToolCall)
        {
            delta.Array("tool_calls", [piece], static (list, part) =>
            {
                list.WriteStartObject();
                list.WriteNumber("index", part.Call);
                list.Object("function", function => function.WriteString("arguments", part.Text));
                list.WriteEndObject();
            });
            return;
        }

        delta.WriteString("role", "assistant");
        if (reasoning == LmStudioReasoning.InText)
        {
            var opens = piece.Kind == PieceKind.Reasoning && before != PieceKind.Reasoning;
            var closes = piece.Kind == PieceKind.Text && before == PieceKind.Reasoning;
            delta.WriteString("content", (opens ? BeginOfThought : closes ? EndOfThought : string.Empty) + piece.Text);
            return;
        }

        delta.WriteString(piece.Kind == PieceKind.Text ? "content" : Field, piece.Text);
    }

    private string Field => reasoning == LmStudioReasoning.Reasoning ? "reasoning" : "reasoning_content";

    private void WriteMessage(Utf8JsonWriter message, ChatRun run)
    {
        var text = run.TextOf(PieceKind.Text);
        var thoughts = run.TextOf(PieceKind.Reasoning);
        message.WriteString("role", "assistant");
        var inText = reasoning == LmStudioReasoning.InText && thoughts.Length > 0;
        var calls = run.Calls();
        if (text.Length > 0 || calls.Count == 0)
        {
            message.WriteString("content", inText ? BeginOfThought + thoughts + EndOfThought + text : text);
        }

        if (thoughts.Length > 0 && !inText)
        {
            message.WriteString(Field, thoughts);
        }

        if (calls.Count > 0)
        {
            message.Array("tool_calls", calls.Index(), (list, call) =>
            {
                list.WriteStartObject();
                list.WriteString("id", CallId(run, call.Index));
                list.WriteString("type", "function");
                list.Object("function", function =>
                {
                    function.WriteString("name", call.Item.Name);
                    function.WriteString("arguments", call.Item.Arguments);
                });
                list.WriteEndObject();
            });
        }
    }

    private void WriteStats(Utf8JsonWriter stats, ChatRun run)
    {
        if (!native)
        {
            return;
        }

        // No rate where there is no time to divide by, as with very short answers of the original.
        if (run.PredictedTime > TimeSpan.Zero)
        {
            stats.Float("tokens_per_second", run.CompletionTokens / run.PredictedTime.TotalSeconds);
        }

        stats.Float("time_to_first_token", run.PromptTime.TotalSeconds);
        stats.Float("generation_time", run.PredictedTime.TotalSeconds);
        stats.WriteString("stop_reason", run.StoppedBy is not null ? "stopStringFound" : run.FinishReason switch
        {
            "length" => "maxPredictedTokensReached",
            "tool_calls" => "toolCalls",
            _ => "eosFound",
        });
    }

    private void WriteModel(Utf8JsonWriter root)
    {
        root.Object("model_info", model =>
        {
            model.WriteString("arch", Instance.Model.Family);
            model.WriteString("quant", Instance.Model.Quantization);
            model.WriteString("format", "gguf");
            model.WriteNumber("context_length", Instance.Context);
        });
        root.Object("runtime", static runtime =>
        {
            runtime.WriteString("name", "llama.cpp-linux-x86_64-avx2");
            runtime.WriteString("version", "1.3.0");
            runtime.Array("supported_formats", ["gguf"], static (list, format) => list.WriteStringValue(format));
        });
    }

    private byte[] Chunk(ChatRun run, Action<Utf8JsonWriter> writeDelta, string? finishReason) => Json.Event(root =>
    {
        WriteBeginning(root, run, "chat.completion.chunk");
        root.WriteString("system_fingerprint", Instance.Id);
        root.WriteStartArray("choices");
        root.WriteStartObject();
        root.WriteNumber("index", 0);
        root.Object("delta", writeDelta);
        root.WriteNull("logprobs");
        root.WriteString("finish_reason", finishReason);
        root.WriteEndObject();
        root.WriteEndArray();
    });

    private byte[] UsageChunk(ChatRun run) => Json.Event(root =>
    {
        WriteBeginning(root, run, "chat.completion.chunk");
        root.WriteString("system_fingerprint", Instance.Id);
        root.WriteStartArray("choices");
        root.WriteEndArray();
        WriteUsage(root, run);
    });

    private void WriteBeginning(Utf8JsonWriter root, ChatRun run, string kind)
    {
        root.WriteString("id", "chatcmpl-" + Ids.Letters(run.Task, 22).ToLowerInvariant());
        root.WriteString("object", kind);
        root.WriteNumber("created", run.Created);
        root.WriteString("model", Instance.Id);
    }
}
