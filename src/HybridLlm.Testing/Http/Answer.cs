namespace HybridLlm.Testing.Http;

/// <summary>A whole answer that is not streamed.</summary>
internal sealed record Answer(int Status, string? ContentType, ReadOnlyMemory<byte> Body)
{
    public IReadOnlyList<KeyValuePair<string, string>> Extra { get; init; } = [];

    /// <summary>Gets a value indicating whether the body goes out in chunks, however short it is.</summary>
    public bool Chunked { get; init; }
}
