namespace HybridLlm.Metrics;

/// <summary>The file that this process appends to. Not safe for concurrent use: the store takes turns.</summary>
internal sealed class JournalSegment(FileStream stream) : IAsyncDisposable, IDisposable
{
    public string File => stream.Name;

    public long Length { get; private set; }

    /// <summary>Appends lines in one write; a process killed after it does not lose them, a machine that loses power may.</summary>
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(lines, cancellationToken).ConfigureAwait(false);
        Length += lines.Length;
    }

    public void Dispose() => stream.Dispose();

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
