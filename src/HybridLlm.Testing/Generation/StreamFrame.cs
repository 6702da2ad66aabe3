namespace HybridLlm.Testing.Generation;

/// <summary>What a frame of a stream is, or what the simulator does in its place.</summary>
internal enum FrameKind
{
    /// <summary>The event before the first token, such as the one with the role.</summary>
    Opening,

    /// <summary>An event with generated output: takes the time of a token.</summary>
    Token,

    /// <summary>The event with the finish reason.</summary>
    Finish,

    /// <summary>The event with the usage.</summary>
    Usage,

    /// <summary>The end marker, such as <c>[DONE]</c>.</summary>
    Done,

    /// <summary>Something that belongs to a fault, such as an error event.</summary>
    Injected,

    /// <summary>No bytes: silence until the client leaves.</summary>
    Stall,

    /// <summary>No bytes: the connection ends properly, without the last chunk.</summary>
    Close,

    /// <summary>No bytes: the connection is reset.</summary>
    Reset,
}

/// <summary>An event of a stream, made only when its time has come.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Render">Makes the bytes.</param>
/// <param name="JoinsNext">Whether it goes out in one chunk with the next one, as the backend does it.</param>
internal readonly record struct StreamFrame(FrameKind Kind, Func<byte[]> Render, bool JoinsNext = false)
{
    /// <summary>Gets how often a stall sends a heartbeat; <see langword="null"/> for never.</summary>
    public TimeSpan? Heartbeat { get; init; }

    public static StreamFrame Stall { get; } = new(FrameKind.Stall, static () => []);

    public static StreamFrame Close { get; } = new(FrameKind.Close, static () => []);

    public static StreamFrame Reset { get; } = new(FrameKind.Reset, static () => []);
}
