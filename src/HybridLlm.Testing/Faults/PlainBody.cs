namespace HybridLlm.Testing.Faults;

/// <summary>What happens to the connection when the bytes of an answer are out.</summary>
internal enum Ending
{
    Whole,
    Stall,
    Close,
    Reset,
}

/// <summary>The body of an answer that is not streamed.</summary>
/// <param name="Bytes">The body, whose length the headers announce.</param>
/// <param name="Sent">How many of its bytes are sent.</param>
/// <param name="Ending">What happens then.</param>
internal readonly record struct PlainBody(ReadOnlyMemory<byte> Bytes, int Sent, Ending Ending)
{
    public static PlainBody Of(ReadOnlyMemory<byte> bytes) => new(bytes, bytes.Length, Ending.Whole);
}
