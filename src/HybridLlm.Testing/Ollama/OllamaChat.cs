using System.Text.Json;
using HybridLlm.Testing.Generation;
using HybridLlm.Testing.Http;
using HybridLlm.Testing.OpenAI;

namespace HybridLlm.Testing.Ollama;

/// <summary>The answers of <c>/api/chat</c> and <c>/api/generate</c>: lines of JSON, the last of them with <c>done</c> and the counts.</summary>
internal sealed class OllamaChat(OllamaJob job) : IChatDialect
{
    private const string EndOfThought = "</think>";

    public string StreamContentType => "application/x-ndjson";

    public string PlainContentType => GoJson.ContentType;

    public bool StartsWithFirstFrame => true;

    public ReadOnlyMemory<byte> HeartbeatBytes { get; } = "\n"u8.ToArray();

    /// <summary>Gets a value indicating whether thoughts are not told from text: /api/generate with a Jinja template.</summary>
    private bool MixesThoughts => job.Request.Generates && !job.Model.UsesGoTemplate;

    public void Ended(ChatRun run) => job.Lease.Dispose();

    public IEnumerable<StreamFrame> Frames(ChatRun run, bool omitFinish)
    {
        var calls = run.Calls();
        var whole = !Cut(run, calls);
        for (var i = 0; i < run.Pieces.Count; i++)
        {
            var piece = run.Pieces[i];
            if (MixesThoughts && i > 0 && piece.Kind != PieceKind.Reasoning && run.Pieces[i - 1].Kind == PieceKind.Reasoning)
            {
                yield return new StreamFrame(FrameKind.Opening, () => Line(run, writer => WriteText(writer, EndOfThought, string.Empty), null));
            }

            if (piece.Kind != PieceKind.ToolCall)
            {
                yield return new StreamFrame(FrameKind.Token, () => PieceLine(run, piece));
                continue;
            }

            // A call comes whole, or not at all; its tokens take their time all the same.
            var last = i == run.Pieces.Count - 1 || run.Pieces[i + 1].Call != piece.Call;
            yield return last && whole && job.Model.UsesGoTemplate
                ? new StreamFrame(FrameKind.Token, () => Line(run, writer => WriteOutput(writer, string.Empty, string.Empty, [(piece.Call, calls[piece.Call])], run), null))
                : new StreamFrame(FrameKind.Token, static () => []);
        }

        yield return new StreamFrame(FrameKind.Done, () => GoJson.Line(root => WriteLast(root, run, whole && !job.Model.UsesGoTemplate ? calls : [], Leftover(run, calls), string.Empty, [], omitFinish)));
    }

    public byte[] Plain(ChatRun run, bool omitFinish)
    {
        var calls = run.Calls();
        var thoughts = run.TextOf(PieceKind.Reasoning);
        var text = run.TextOf(PieceKind.Text);
        if (MixesThoughts && thoughts.Length > 0)
        {
            text = thoughts + (text.Length > 0 ? EndOfThought + text : string.Empty);
            thoughts = string.Empty;
        }

        return GoJson.Object(root => WriteLast(root, run, Cut(run, calls) ? [] : calls, text + Leftover(run, calls), thoughts, run.Pieces, omitFinish));
    }

    private static bool Cut(ChatRun run, IReadOnlyList<SimulatedToolCall> calls) => run.Truncated && calls.Count > 0;

    /// <summary>Returns what comes of a call that was cut off: the text of the model, or nothing.</summary>
    private string Leftover(ChatRun run, IReadOnlyList<SimulatedToolCall> calls) =>
        Cut(run, calls) && job.Model.UsesGoTemplate ? $"{{\"name\":\"{calls[^1].Name}\",\"arguments\":{calls[^1].Arguments}" : string.Empty;

    private byte[] PieceLine(ChatRun run, Piece piece)
    {
        var thinks = piece.Kind == PieceKind.Reasoning && !MixesThoughts;
        return Line(run, writer => WriteText(writer, thinks ? string.Empty : piece.Text, thinks ? piece.Text : string.Empty), piece);
    }

    private byte[] Line(ChatRun run, Action<Utf8JsonWriter> output, Piece? piece) => GoJson.Line(root =>
    {
        WriteBeginning(root);
        output(root);
        root.WriteBoolean("done", false);
        WriteLogprobs(root, run, piece is { } token ? [token] : []);
    });

    private void WriteLast(Utf8JsonWriter root, ChatRun run, IReadOnlyList<SimulatedToolCall> calls, string text, string thoughts, IReadOnlyList<Piece> pieces, bool omitFinish)
    {
        WriteBeginning(root);
        WriteOutput(root, text, thoughts, [.. calls.Index()], run);
        root.WriteBoolean("done", true);
        if (!omitFinish)
        {
            root.WriteString("done_reason", run.FinishReason == "tool_calls" ? "stop" : run.FinishReason);
        }

        if (job.Request.Generates && !ChatRequest.Flag(job.Request.Body, "raw"))
        {
            var tokens = run.PromptTokens.Concat(run.Pieces.Select(static piece => piece.Text));
            root.Array("context", tokens, static (list, token) => list.WriteNumberValue(Tokenizer.Id(token)));
        }

        // The one has them before the counts, the other behind.
        WriteLogprobs(root, run, job.Request.Generates ? [] : pieces);
        root.Duration("total_duration", job.Clock.GetElapsedTime(job.Started));
        root.Duration("load_duration", job.LoadDuration);
        root.Count("prompt_eval_count", run.PromptTokens.Count);
        root.Duration("prompt_eval_duration", run.PromptTime);
        root.Count("eval_count", run.CompletionTokens);
        root.Duration("eval_duration", run.PredictedTime);
        WriteLogprobs(root, run, job.Request.Generates ? pieces : []);
    }

    private void WriteBeginning(Utf8JsonWriter root)
    {
        root.WriteString("model", job.Request.Model);
        root.Time("created_at", job.Clock.GetUtcNow());
    }

    private void WriteText(Utf8JsonWriter root, string text, string thoughts) => WriteOutput(root, text, thoughts, [], null);

    private void WriteOutput(Utf8JsonWriter root, string text, string thoughts, IReadOnlyList<(int Index, SimulatedToolCall Call)> calls, ChatRun? run)
    {
        if (job.Request.Generates)
        {
            root.WriteString("response", text);
            WriteThoughts(root, thoughts);
            return;
        }

        root.Object("message", message =>
        {
            message.WriteString("role", "assistant");
            message.WriteString("content", text);
            WriteThoughts(message, thoughts);
            if (calls.Count > 0)
            {
                message.Array("tool_calls", calls, (list, call) => WriteCall(list, call.Index, call.Call, run!));
            }
        });
    }

    private static void WriteThoughts(Utf8JsonWriter writer, string thoughts)
    {
        if (thoughts.Length > 0)
        {
            writer.WriteString("thinking", thoughts);
        }
    }

    private void WriteCall(Utf8JsonWriter list, int index, SimulatedToolCall call, ChatRun run)
    {
        var seed = (run.Task << 8) + index + 1;
        list.WriteStartObject();
        list.WriteString("id", call.Id ?? (job.Model.UsesGoTemplate ? $"call_{Ids.Hex(seed, 8)}" : Ids.Letters(seed, 32)));
        list.Object("function", function =>
        {
            function.WriteNumber("index", index);
            function.WriteString("name", call.Name);
            function.WritePropertyName("arguments");
            function.WriteRawValue(call.Arguments.Length == 0 ? "{}" : call.Arguments, skipInputValidation: true);
        });
        list.WriteEndObject();
    }

    private static void WriteLogprobs(Utf8JsonWriter root, ChatRun run, IReadOnlyList<Piece> pieces)
    {
        if (pieces.Count > 0 && ChatRequest.Flag(run.Chat.Body, "logprobs"))
        {
            Logprobs.WriteFlat(root, pieces, ChatRequest.Integer(run.Chat.Body, "top_logprobs") ?? 0);
        }
    }
}
