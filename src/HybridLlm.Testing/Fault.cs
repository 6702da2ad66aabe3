using HybridLlm.Testing.Faults;
using HybridLlm.Testing.Generation;

namespace HybridLlm.Testing;

/// <summary>
/// A way to misbehave. Faults that concern streams do the like to an answer that is not streamed: what drops after some tokens
/// there, sends half a body here.
/// </summary>
public abstract class Fault
{
    private protected Fault()
    {
    }

    /// <summary>Gets a value indicating whether the fault hits connections before a request is read.</summary>
    internal virtual bool OnConnect => false;

    /// <summary>Gets a value indicating whether the answer names no finish reason.</summary>
    internal virtual bool OmitsFinish => false;

    /// <summary>Gets how the bytes of a stream are put into chunks.</summary>
    internal virtual Chunking Chunking => Chunking.AsRecorded;

    /// <summary>Resets every new connection before anything is read from it: the client sees a reset, never an answer.</summary>
    /// <returns>The fault.</returns>
    public static Fault ResetOnConnect() => new ResetOnConnectFault();

    /// <summary>Reads the request and resets the connection without an answer.</summary>
    /// <returns>The fault.</returns>
    public static Fault Reset() => new EndFault(Ending.Reset);

    /// <summary>Reads the request and closes the connection properly, without an answer, as a killed llama-server does.</summary>
    /// <returns>The fault.</returns>
    public static Fault Close() => new EndFault(Ending.Close);

    /// <summary>Reads the request and never answers, not even with headers.</summary>
    /// <returns>The fault.</returns>
    public static Fault Hang() => new EndFault(Ending.Stall);

    /// <summary>Sends the headers of a stream and then never a token. An answer that is not streamed hangs without headers.</summary>
    /// <param name="heartbeat">How often to send an SSE comment meanwhile; <see langword="null"/> for silence.</param>
    /// <returns>The fault.</returns>
    public static Fault HangBeforeFirstToken(TimeSpan? heartbeat = null) => new CutFault(0, Ending.Stall, heartbeat);

    /// <summary>Stops after some tokens, with the connection open.</summary>
    /// <param name="tokens">How many tokens come before the silence.</param>
    /// <param name="heartbeat">How often to send an SSE comment meanwhile, as a server does that lives but is stuck; <see langword="null"/> for silence.</param>
    /// <returns>The fault.</returns>
    public static Fault StallAfter(int tokens, TimeSpan? heartbeat = null) => new CutFault(tokens, Ending.Stall, heartbeat);

    /// <summary>Drops the connection after some tokens. An answer that is not streamed is cut in the middle of its body.</summary>
    /// <param name="tokens">How many tokens come before.</param>
    /// <param name="reset">Whether to reset the connection (RST) or to end it properly (FIN), both without the last chunk.</param>
    /// <returns>The fault.</returns>
    public static Fault DropAfter(int tokens, bool reset = false) => new CutFault(tokens, reset ? Ending.Reset : Ending.Close, null);

    /// <summary>Answers with a status and a body of the test's own.</summary>
    /// <param name="status">The status.</param>
    /// <param name="body">The body; <see langword="null"/> for the one that the backend sends with an internal error.</param>
    /// <param name="retryAfter">The Retry-After header, in whole seconds; <see langword="null"/> for none.</param>
    /// <param name="contentType">The content type; <see langword="null"/> for the backend's.</param>
    /// <returns>The fault.</returns>
    public static Fault Status(int status, string? body = null, TimeSpan? retryAfter = null, string? contentType = null) =>
        new StatusFault(status, body, retryAfter, contentType);

    /// <summary>Answers with an error, worded exactly as the backend does it.</summary>
    /// <param name="error">The error.</param>
    /// <returns>The fault.</returns>
    public static Fault Error(BackendError error) => new BackendErrorFault(error, null);

    /// <summary>Answers 429.</summary>
    /// <param name="retryAfter">The Retry-After header, in whole seconds; <see langword="null"/> for none.</param>
    /// <returns>The fault.</returns>
    public static Fault RateLimited(TimeSpan? retryAfter = null) => new BackendErrorFault(BackendError.RateLimited, retryAfter);

    /// <summary>Answers 200 and brings an error inside: as an event of a stream, or as the body of an answer that is not streamed.</summary>
    /// <param name="afterTokens">How many tokens come before the error; 0 for an error as the first event.</param>
    /// <param name="form">The form of the event.</param>
    /// <returns>The fault.</returns>
    public static Fault ErrorInside200(int afterTokens = 0, StreamErrorForm form = StreamErrorForm.Backend) => new StreamErrorFault(afterTokens, form);

    /// <summary>Answers 200 with nothing in it: a stream without events, a body without bytes; both end properly.</summary>
    /// <returns>The fault.</returns>
    public static Fault EmptyStream() => new OnlyFault(null);

    /// <summary>Sends a stream that has nothing but its end marker. An answer that is not streamed has no choices.</summary>
    /// <returns>The fault.</returns>
    public static Fault OnlyDone() => new OnlyFault(FrameKind.Done);

    /// <summary>Leaves out the end marker of a stream, which ends properly otherwise.</summary>
    /// <returns>The fault.</returns>
    public static Fault MissingDone() => new WithoutFault(FrameKind.Done);

    /// <summary>Leaves out the finish reason; the end marker comes.</summary>
    /// <returns>The fault.</returns>
    public static Fault MissingFinishReason() => new WithoutFinishFault();

    /// <summary>Lets the model think, and then say nothing.</summary>
    /// <returns>The fault.</returns>
    public static Fault ReasoningOnly() => new ReplyFault(static (reply, _) => reply with
    {
        Reasoning = reply.Reasoning ?? "Let me think about this.",
        Text = string.Empty,
        Pieces = null,
        ToolCalls = [],
    });

    /// <summary>Answers with an empty list of choices (an empty message, where a backend has no choices).</summary>
    /// <returns>The fault.</returns>
    public static Fault EmptyChoices() => new EmptyChoicesFault();

    /// <summary>Breaks the JSON: of the event after some tokens, or of an answer that is not streamed.</summary>
    /// <param name="afterTokens">How many tokens of a stream come before.</param>
    /// <returns>The fault.</returns>
    public static Fault MalformedJson(int afterTokens = 0) => new MalformedFault(afterTokens, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"bro\n\n", "{\"model\":\"sim-model\",\"message\":{\"role\":\"assistant\",\"content\":\"bro\n");

    /// <summary>Sends a line that is no SSE and no JSON between the events of a stream, as a proxy does whose backend died.</summary>
    /// <param name="afterTokens">How many tokens come before.</param>
    /// <returns>The fault.</returns>
    public static Fault MalformedStream(int afterTokens = 0) => new MalformedFault(afterTokens, "proxy error: Failed to read connection", "proxy error: Failed to read connection");

    /// <summary>Sends the answer as it should be, under another content type.</summary>
    /// <param name="contentType">The content type.</param>
    /// <returns>The fault.</returns>
    public static Fault WrongContentType(string contentType = "text/html; charset=utf-8") => new ContentTypeFault(contentType);

    /// <summary>Sends a stream byte by byte, each in a chunk and a packet of its own. The content is as it should be.</summary>
    /// <returns>The fault.</returns>
    public static Fault SplitEveryByte() => new ChunkingFault(Chunking.EveryByte);

    /// <summary>Sends all events of a stream in one chunk, when the last one is there. The content is as it should be.</summary>
    /// <returns>The fault.</returns>
    public static Fault MergeFrames() => new ChunkingFault(Chunking.Merged);

    /// <summary>Sends the answer as a single token of a huge text.</summary>
    /// <param name="characters">The length of the text.</param>
    /// <returns>The fault.</returns>
    public static Fault HugeToken(int characters = 4 * 1024 * 1024) =>
        new ReplyFault((_, _) => new SimulatedReply { Pieces = [new string('x', characters)] });

    /// <summary>Generates slowly.</summary>
    /// <param name="tokenDelay">The time from token to token.</param>
    /// <returns>The fault.</returns>
    public static Fault SlowTokens(TimeSpan tokenDelay) => new PaceFault(null, tokenDelay);

    /// <summary>Lets the first token wait, as a model does that must be loaded first; headers come when the backend sends them.</summary>
    /// <param name="delay">The time to the first token.</param>
    /// <returns>The fault.</returns>
    public static Fault LateFirstToken(TimeSpan delay) => new PaceFault(delay, null);

    /// <summary>Answers with the JSON schema of the request in place of an instance; nothing changes without a schema.</summary>
    /// <returns>The fault.</returns>
    public static Fault SchemaEcho() =>
        new ReplyFault(static (reply, chat) => chat.Schema is { } schema ? SimulatedReply.FromString(schema.GetRawText()) : reply);

    /// <summary>Repeats one sentence until the token limit of the request.</summary>
    /// <param name="times">How often at most.</param>
    /// <returns>The fault.</returns>
    public static Fault RepetitionLoop(int times = 1000) =>
        new ReplyFault((_, _) => string.Concat(Enumerable.Repeat("The same again. ", times)));

    /// <summary>Deals with the request before the backend sees it.</summary>
    /// <returns>Whether nothing is left to do.</returns>
    internal virtual Task<bool> InterceptAsync(Exchange exchange) => Task.FromResult(false);

    internal virtual SimulatedReply ShapeReply(SimulatedReply reply, SimulatedChat chat) => reply;

    internal virtual Pace ShapePace(Pace pace) => pace;

    internal virtual string? ShapeContentType(string? contentType) => contentType;

    internal virtual IEnumerable<StreamFrame> ShapeStream(IEnumerable<StreamFrame> frames, LlmSimulator backend) => frames;

    internal virtual PlainBody ShapePlain(PlainBody body, LlmSimulator backend) => body;
}
