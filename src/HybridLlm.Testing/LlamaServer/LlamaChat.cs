using System.Text;
using System.Text.Json;
using HybridLlm.Testing.Generation;
using HybridLlm.Testing.Http;
using HybridLlm.Testing.OpenAI;

namespace HybridLlm.Testing.LlamaServer;

/// <summary>The chat completions of llama-server: key by key, event by event, chunk by chunk.</summary>
internal sealed class LlamaChat(LlamaServerSimulatorOptions options, LlamaMetrics metrics) : IChatDialect
{
    public string StreamContentType => "text/event-stream";

    public string PlainContentType => LlamaErrors.JsonType;

    public IReadOnlyList<KeyValuePair<string, string>> StreamHeaders { get; } = [new("X-Accel-Buffering", "no")];

    // A request whose client has left still gets its turn, and unless it is streamed it generates to the end.
    public bool LeavesQueue => false;

    public bool CancelsPlain => false;

    public TimeSpan? Heartbeat => options.SsePingInterval;

    public static byte[] Done { get; } = "data: [DONE]\n\n"u8.ToArray();

    public static string IdOf(ChatRun run) => "chatcmpl-" + Ids.Letters(run.Task, 32);

    public IEnumerable<StreamFrame> Frames(ChatRun run, bool omitFinish)
    {
        var body = run.Chat.Body;
        var usage = ChatRequest.IncludeUsage(body);
        var timed = ChatRequest.Flag(body, "timings_per_token");

        // A call that the token limit cuts off is not shown at all.
        var shown = run.Pieces.Where(piece => !run.Truncated || piece.Kind != PieceKind.ToolCall).ToList();
        var joins = shown.Count > 0 && shown[0].Kind != PieceKind.ToolCall;
        yield return new StreamFrame(FrameKind.Opening, () => Chunk(run, WriteRole), joins);
        foreach (var piece in shown)
        {
            yield return new StreamFrame(FrameKind.Token, () => Chunk(run, choice => WritePiece(choice, run, piece), writer => WriteTimings(writer, run, timed || piece.IsRest)));
        }

        if (!omitFinish)
        {
            yield return new StreamFrame(FrameKind.Finish, () => Chunk(run, WriteEnd, writer => WriteTimings(writer, run, !usage), run.FinishReason), usage);
        }

        if (usage)
        {
            yield return new StreamFrame(FrameKind.Usage, () => UsageChunk(run));
        }

        yield return new StreamFrame(FrameKind.Done, static () => Done);
    }

    public byte[] Plain(ChatRun run, bool omitFinish) => Json.Object(root =>
    {
        root.WriteStartArray("choices");
        root.WriteStartObject();
        root.WriteString("finish_reason", omitFinish ? null : run.FinishReason);
        root.WriteNumber("index", 0);
        root.Object("message", message => WriteMessage(message, run));
        if (Alternatives(run) is > 0 and var count)
        {
            root.Object("logprobs", probabilities => Logprobs.Write(probabilities, run.Pieces, count, withId: true));
        }

        root.WriteEndObject();
        root.WriteEndArray();
        root.WriteNumber("created", run.Created);
        root.WriteString("model", options.Model);
        root.WriteString("system_fingerprint", options.BuildInfo);
        root.WriteString("object", "chat.completion");
        WriteUsage(root, run);
        root.WriteString("id", IdOf(run));
        WriteTimings(root, run, write: true);
    });

    public void Ended(ChatRun run) => metrics.Add(run);

    public static void WriteUsage(Utf8JsonWriter writer, ChatRun run) => writer.Object("usage", usage =>
    {
        usage.WriteNumber("completion_tokens", run.CompletionTokens);
        usage.WriteNumber("prompt_tokens", run.PromptTokens.Count);
        usage.WriteNumber("total_tokens", run.PromptTokens.Count + run.CompletionTokens);
        usage.Object("prompt_tokens_details", details => details.WriteNumber("cached_tokens", run.Cached));
    });

    public static void WriteTimings(Utf8JsonWriter writer, ChatRun run, bool write)
    {
        if (!write)
        {
            return;
        }

        var prompt = run.PromptTokens.Count - run.Cached;
        var (promptTime, predictedTime) = (run.PromptTime.TotalMilliseconds, run.PredictedTime.TotalMilliseconds);
        var predicted = Math.Max(1, run.Generated);
        writer.Object("timings", timings =>
        {
            timings.WriteNumber("cache_n", run.Cached);
            timings.WriteNumber("prompt_n", prompt);
            timings.Float("prompt_ms", promptTime);
            timings.Float("prompt_per_token_ms", promptTime / prompt);
            timings.Float("prompt_per_second", PerSecond(prompt, promptTime));
            timings.WriteNumber("predicted_n", predicted);
            timings.Float("predicted_ms", predictedTime);
            timings.Float("predicted_per_token_ms", predicted > 1 ? predictedTime / (predicted - 1) : 0);
            timings.Float("predicted_per_second", PerSecond(predicted - 1, predictedTime));
        });
    }

    private static double PerSecond(int count, double milliseconds) => milliseconds > 0 ? count / milliseconds * 1000 : 0;

    /// <summary>Returns how many alternatives of each token are wanted; none without both <c>logprobs</c> and <c>top_logprobs</c>.</summary>
    private static int Alternatives(ChatRun run) =>
        ChatRequest.Flag(run.Chat.Body, "logprobs") ? ChatRequest.Integer(run.Chat.Body, "top_logprobs") ?? 0 : 0;

    private static string CallId(ChatRun run, int call) => run.Reply.ToolCalls[call].Id ?? Ids.Letters((run.Task << 8) + call + 1, 32);

    private static void WriteRole(Utf8JsonWriter choice) => choice.Object("delta", static delta =>
    {
        delta.WriteString("role", "assistant");
        delta.WriteNull("content");
    });

    private static void WriteEnd(Utf8JsonWriter choice) => choice.Object("delta", static _ => { });

    private static void WritePiece(Utf8JsonWriter choice, ChatRun run, Piece piece)
    {
        choice.Object("delta", delta =>
        {
            if (piece.Kind == PieceKind.ToolCall)
            {
                WriteCallPiece(delta, run, piece);
            }
            else
            {
                delta.WriteString(piece.Kind == PieceKind.Reasoning ? "reasoning_content" : "content", piece.Text);
            }
        });
        if (Alternatives(run) is > 0 and var count)
        {
            choice.Object("logprobs", probabilities => Logprobs.Write(probabilities, [piece], count, withId: true));
        }
    }

    private static void WriteCallPiece(Utf8JsonWriter delta, ChatRun run, Piece piece)
    {
        delta.WriteStartArray("tool_calls");
        delta.WriteStartObject();
        delta.WriteNumber("index", piece.Call);
        if (piece.OpensCall)
        {
            delta.WriteString("id", CallId(run, piece.Call));
            delta.WriteString("type", "function");
        }

        delta.Object("function", function =>
        {
            if (piece.OpensCall)
            {
                function.WriteString("name", run.Reply.ToolCalls[piece.Call].Name);
            }

            function.WriteString("arguments", piece.Text);
        });
        delta.WriteEndObject();
        delta.WriteEndArray();
    }

    private static void WriteMessage(Utf8JsonWriter message, ChatRun run)
    {
        message.WriteString("role", "assistant");
        var calls = run.Calls();
        var text = run.TextOf(PieceKind.Text);
        var cut = run.Truncated && calls.Count > 0;
        message.WriteString("content", cut ? text + Raw(calls) : text);
        if (run.Thinks)
        {
            message.WriteString("reasoning_content", run.TextOf(PieceKind.Reasoning));
        }

        if (cut || calls.Count == 0)
        {
            return;
        }

        message.Array("tool_calls", calls.Index(), (writer, call) =>
        {
            writer.WriteStartObject();
            writer.WriteString("type", "function");
            writer.Object("function", function =>
            {
                function.WriteString("name", call.Item.Name);
                function.WriteString("arguments", call.Item.Arguments);
            });
            writer.WriteString("id", CallId(run, call.Index));
            writer.WriteEndObject();
        });
    }

    /// <summary>Returns calls as the model wrote them, which is what comes when the token limit cut the last one off.</summary>
    private static string Raw(IReadOnlyList<SimulatedToolCall> calls)
    {
        var raw = new StringBuilder();
        foreach (var (index, call) in calls.Index())
        {
            raw.Append("<tool_call>\n{\"name\":\"").Append(call.Name).Append("\",\"arguments\":").Append(call.Arguments);
            raw.Append(index < calls.Count - 1 ? "}\n</tool_call>\n" : string.Empty);
        }

        return raw.ToString();
    }

    private byte[] Chunk(ChatRun run, Action<Utf8JsonWriter> writeChoice, Action<Utf8JsonWriter>? writeMore = null, string? finish = null) => Json.Event(root =>
    {
        root.WriteStartArray("choices");
        root.WriteStartObject();
        root.WriteString("finish_reason", finish);
        root.WriteNumber("index", 0);
        writeChoice(root);
        root.WriteEndObject();
        root.WriteEndArray();
        WriteChunkTail(root, run);
        writeMore?.Invoke(root);
    });

    private byte[] UsageChunk(ChatRun run) => Json.Event(root =>
    {
        root.WriteStartArray("choices");
        root.WriteEndArray();
        WriteChunkTail(root, run);
        WriteUsage(root, run);
        WriteTimings(root, run, write: true);
    });

    private void WriteChunkTail(Utf8JsonWriter root, ChatRun run)
    {
        root.WriteNumber("created", run.Created);
        root.WriteString("id", IdOf(run));
        root.WriteString("model", options.Model);
        root.WriteString("system_fingerprint", options.BuildInfo);
        root.WriteString("object", "chat.completion.chunk");
    }
}
