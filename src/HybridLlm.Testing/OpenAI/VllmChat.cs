using System.Text;
using System.Text.Json;
using HybridLlm.Testing.Generation;
using HybridLlm.Testing.Http;

namespace HybridLlm.Testing.OpenAI;

/// <summary>The chat completions of vLLM: with its explicit nulls, and the last text and the finish reason in one event.</summary>
internal sealed class VllmChat(OpenAISimulatorOptions options, VllmMetrics metrics) : IChatDialect
{
    public string StreamContentType => "text/event-stream; charset=utf-8";

    public string PlainContentType => VllmErrors.JsonType;

    public bool StartsBeforeSlot => true;

    public TimeSpan? Heartbeat => options.SseKeepAliveInterval;

    public ReadOnlyMemory<byte> HeartbeatBytes { get; } = ": keep-alive\n\n"u8.ToArray();

    public static byte[] Done { get; } = "data: [DONE]\n\n"u8.ToArray();

    private string Fingerprint => $"vllm-{options.Version}-440176ac";

    public void Ended(ChatRun run) => metrics.Add(run);

    public IEnumerable<StreamFrame> Frames(ChatRun run, bool omitFinish)
    {
        var usage = ChatRequest.IncludeUsage(run.Chat.Body);
        var continuous = usage && ChatRequest.Member(run.Chat.Body, "stream_options") is { } wishes && ChatRequest.Flag(wishes, "continuous_usage_stats");
        yield return new StreamFrame(FrameKind.Opening, () => Opening(run, continuous));

        // The end token makes an event of its own; a limit or a stop text ends the reply in the event of its last text.
        var endsAlone = !run.Truncated && run.StoppedBy is null;
        for (var i = 0; i < run.Pieces.Count; i++)
        {
            var piece = run.Pieces[i];
            if (piece.OpensCall)
            {
                yield return new StreamFrame(FrameKind.Opening, () => Chunk(run, delta => WriteCallHead(delta, run, piece), null, continuous, ends: false));
            }

            var ends = !endsAlone && !omitFinish && i == run.Pieces.Count - 1;
            yield return new StreamFrame(FrameKind.Token, () => Chunk(run, delta => WritePiece(delta, piece), piece, continuous, ends, last: ends && !usage));
        }

        if (!omitFinish && (endsAlone || run.Pieces.Count == 0))
        {
            yield return new StreamFrame(FrameKind.Finish, () => Chunk(run, static _ => { }, null, continuous, ends: true, last: !usage));
        }

        if (usage)
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
        root.Object("message", message => WriteMessage(message, run));
        WriteLogprobs(root, run, run.Pieces);
        root.WriteString("finish_reason", omitFinish ? null : FinishReason(run));
        root.WriteString("stop_reason", run.StoppedBy);
        root.WriteNull("token_ids");
        root.WriteNull("routed_experts");
        root.WriteEndObject();
        root.WriteEndArray();
        root.WriteNull("service_tier");
        root.WriteString("system_fingerprint", Fingerprint);
        root.Object("usage", usage =>
        {
            WriteCounts(usage, run, run.CompletionTokens);
            usage.WriteNull("prompt_tokens_details");
            WriteReasoningCount(usage, run, always: true);
        });
        foreach (var name in (ReadOnlySpan<string>)["prompt_logprobs", "prompt_token_ids", "prompt_text", "kv_transfer_params", "ec_transfer_params", "metrics"])
        {
            root.WriteNull(name);
        }
    });

    /// <summary>Returns the finish reason: a call that the request names ends with <c>stop</c>, others with <c>tool_calls</c>.</summary>
    private static string FinishReason(ChatRun run) =>
        run is { FinishReason: "tool_calls", Reply.FinishReason: null, Chat.ToolChoice: not ("auto" or "required") } ? "stop" : run.FinishReason;

    private static string CallId(ChatRun run, int call) => run.Reply.ToolCalls[call].Id ?? "chatcmpl-tool-" + Ids.Hex((run.Task << 8) + call + 1, 16);

    private static void WriteMessage(Utf8JsonWriter message, ChatRun run)
    {
        var calls = run.Calls();
        var cut = run.Truncated && calls.Count > 0;
        var text = run.TextOf(PieceKind.Text) + (cut ? Raw(calls) : string.Empty);
        var thinksOnly = run.Thinks && run.Truncated && run.Pieces[^1].Kind == PieceKind.Reasoning;
        message.WriteString("role", "assistant");
        message.WriteString("content", thinksOnly || (text.Length == 0 && calls.Count > 0 && run.Chat.ToolChoice == "auto") ? null : text);
        foreach (var name in (ReadOnlySpan<string>)["refusal", "annotations", "audio", "function_call"])
        {
            message.WriteNull(name);
        }

        if (calls.Count > 0 && !cut)
        {
            message.Array("tool_calls", calls.Index(), (writer, call) =>
            {
                writer.WriteStartObject();
                writer.WriteString("id", CallId(run, call.Index));
                writer.WriteString("type", "function");
                writer.Object("function", function =>
                {
                    function.WriteString("name", call.Item.Name);
                    function.WriteString("arguments", call.Item.Arguments);
                });
                writer.WriteEndObject();
            });
        }

        message.WriteString("reasoning", !run.Thinks ? null : run.TextOf(PieceKind.Reasoning));
    }

    /// <summary>Returns calls as the model wrote them, which is what comes when the token limit cut the last one off.</summary>
    private static string Raw(IReadOnlyList<SimulatedToolCall> calls)
    {
        var raw = new StringBuilder();
        foreach (var (index, call) in calls.Index())
        {
            raw.Append("<tool_call>\n{\"name\": \"").Append(call.Name).Append("\", \"arguments\": ").Append(call.Arguments);
            raw.Append(index < calls.Count - 1 ? "}\n</tool_call>\n" : string.Empty);
        }

        return raw.ToString();
    }

    private static void WritePiece(Utf8JsonWriter delta, Piece piece)
    {
        if (piece.Kind != PieceKind.ToolCall)
        {
            delta.WriteString(piece.Kind == PieceKind.Reasoning ? "reasoning" : "content", piece.Text);
            return;
        }

        delta.WriteNull("content");
        delta.Array("tool_calls", [piece], static (list, part) =>
        {
            list.WriteStartObject();
            list.WriteNumber("index", part.Call);
            list.Object("function", function => function.WriteString("arguments", part.Text));
            list.WriteEndObject();
        });
    }

    private static void WriteCallHead(Utf8JsonWriter delta, ChatRun run, Piece piece)
    {
        delta.WriteNull("content");
        delta.Array("tool_calls", [piece], (list, part) =>
        {
            list.WriteStartObject();
            list.WriteString("id", CallId(run, part.Call));
            list.WriteString("type", "function");
            list.WriteNumber("index", part.Call);
            list.Object("function", function => function.WriteString("name", run.Reply.ToolCalls[part.Call].Name));
            list.WriteEndObject();
        });
    }

    private static void WriteLogprobs(Utf8JsonWriter choice, ChatRun run, IReadOnlyList<Piece> pieces)
    {
        if (!ChatRequest.Flag(run.Chat.Body, "logprobs") || pieces.Count == 0)
        {
            choice.WriteNull("logprobs");
            return;
        }

        var count = ChatRequest.Integer(run.Chat.Body, "top_logprobs") ?? 0;
        choice.Object("logprobs", probabilities => Logprobs.Write(probabilities, pieces, count, withId: false));
    }

    private static void WriteCounts(Utf8JsonWriter usage, ChatRun run, int completion)
    {
        usage.WriteNumber("prompt_tokens", run.PromptTokens.Count);
        usage.WriteNumber("total_tokens", run.PromptTokens.Count + completion);
        usage.WriteNumber("completion_tokens", completion);
    }

    private static void WriteReasoningCount(Utf8JsonWriter usage, ChatRun run, bool always)
    {
        if (run.Thinks)
        {
            usage.Object("completion_tokens_details", details => details.WriteNumber("reasoning_tokens", run.Pieces.Count(static piece => piece.Kind == PieceKind.Reasoning)));
        }
        else if (always)
        {
            usage.WriteNull("completion_tokens_details");
        }
    }

    private static void WriteContinuousUsage(Utf8JsonWriter root, ChatRun run, bool write)
    {
        if (write)
        {
            root.Object("usage", usage =>
            {
                WriteCounts(usage, run, run.Generated);
                WriteReasoningCount(usage, run, always: true);
            });
        }
    }

    private byte[] Opening(ChatRun run, bool continuous) => Json.Event(root =>
    {
        WriteBeginning(root, run, "chat.completion.chunk");
        root.WriteStartArray("choices");
        root.WriteStartObject();
        root.WriteNumber("index", 0);
        root.Object("delta", static delta =>
        {
            delta.WriteString("role", "assistant");
            delta.WriteString("content", string.Empty);
        });
        root.WriteNull("logprobs");
        root.WriteNull("finish_reason");
        root.WriteEndObject();
        root.WriteEndArray();
        WriteContinuousUsage(root, run, continuous);
        root.WriteNull("prompt_token_ids");
        root.WriteNull("prompt_text");
    });

    private byte[] Chunk(ChatRun run, Action<Utf8JsonWriter> writeDelta, Piece? piece, bool continuous, bool ends, bool last = false) => Json.Event(root =>
    {
        WriteBeginning(root, run, "chat.completion.chunk");
        root.WriteStartArray("choices");
        root.WriteStartObject();
        root.WriteNumber("index", 0);
        root.Object("delta", writeDelta);
        WriteLogprobs(root, run, piece is { } token ? [token] : []);
        root.WriteString("finish_reason", ends ? FinishReason(run) : null);
        if (ends)
        {
            root.WriteString("stop_reason", run.StoppedBy);
        }

        root.WriteNull("token_ids");
        root.WriteEndObject();
        root.WriteEndArray();
        WriteContinuousUsage(root, run, continuous);
        if (last)
        {
            root.WriteString("system_fingerprint", Fingerprint);
        }
    });

    private byte[] UsageChunk(ChatRun run) => Json.Event(root =>
    {
        WriteBeginning(root, run, "chat.completion.chunk");
        root.WriteStartArray("choices");
        root.WriteEndArray();
        root.Object("usage", usage =>
        {
            WriteCounts(usage, run, run.CompletionTokens);
            WriteReasoningCount(usage, run, always: false);
        });
        root.WriteString("system_fingerprint", Fingerprint);
    });

    private void WriteBeginning(Utf8JsonWriter root, ChatRun run, string kind)
    {
        root.WriteString("id", "chatcmpl-" + (ChatRequest.Text(run.Chat.Body, "request_id") ?? Ids.Hex(run.Task, 16)));
        root.WriteString("object", kind);
        root.WriteNumber("created", run.Created);
        root.WriteString("model", options.Model);
    }
}
