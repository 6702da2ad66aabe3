namespace HybridLlm.Testing.Generation;

/// <summary>How one endpoint of a backend puts a generation on the wire.</summary>
internal interface IChatDialect
{
    /// <summary>Gets the content type of a stream.</summary>
    string StreamContentType { get; }

    /// <summary>Gets the content type of an answer that is not streamed.</summary>
    string PlainContentType { get; }

    /// <summary>Gets the headers that a stream has besides.</summary>
    IReadOnlyList<KeyValuePair<string, string>> StreamHeaders => [];

    /// <summary>Gets a value indicating whether the headers of a stream go out before the request has a slot.</summary>
    bool StartsBeforeSlot => false;

    /// <summary>Gets a value indicating whether the headers of a stream go out with its first event, not before.</summary>
    bool StartsWithFirstFrame => false;

    /// <summary>Gets a value indicating whether a request that waits leaves the queue when its client leaves.</summary>
    bool LeavesQueue => true;

    /// <summary>Gets a value indicating whether a generation that is not streamed ends when its client leaves.</summary>
    bool CancelsPlain => true;

    /// <summary>Gets how often to send a comment while the first token is awaited; <see langword="null"/> for never.</summary>
    TimeSpan? Heartbeat => null;

    /// <summary>Gets the comment.</summary>
    ReadOnlyMemory<byte> HeartbeatBytes => ":\n\n"u8.ToArray();

    /// <summary>Makes the events of a stream.</summary>
    IEnumerable<StreamFrame> Frames(ChatRun run, bool omitFinish);

    /// <summary>Makes the answer that is not streamed.</summary>
    byte[] Plain(ChatRun run, bool omitFinish);

    /// <summary>Learns that a generation is over, whole or not.</summary>
    void Ended(ChatRun run)
    {
    }
}
