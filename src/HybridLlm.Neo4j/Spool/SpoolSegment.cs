using System.Buffers;
using System.Text.Json;

namespace HybridLlm.Neo4j.Spool;

/// <summary>A file of outcomes that wait, one line of JSON each. Whoever holds it open has it for himself.</summary>
internal sealed class SpoolSegment(FileStream file) : IAsyncDisposable
{
    public const string Pattern = "spool-*.jsonl";

    /// <summary>The longest line that is read; a hundred times the usual one.</summary>
    private const int MaxLineBytes = 64 * 1024;

    public string Path => file.Name;

    public string Name => System.IO.Path.GetFileName(file.Name);

    public long Length => file.Length;

    /// <summary>Makes a segment for this process.</summary>
    public static SpoolSegment Create(string folder, DateTimeOffset now)
    {
        var name = $"spool-{now.UtcDateTime:yyyyMMddHHmmssfff}-{Environment.ProcessId}-{Random.Shared.Next():x8}.jsonl";
        return new(new FileStream(System.IO.Path.Combine(folder, name), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
    }

    /// <summary>Opens a segment, unless it is gone or somebody else has it.</summary>
    public static SpoolSegment? TryOpen(string path)
    {
        try
        {
            return new(new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (IOException)
        {
            // The answer to the question that the method asks; a folder that cannot be read at all shows when it is listed.
            return null;
        }
    }

    /// <summary>Appends outcomes; when this fails, the last line may be torn.</summary>
    public async Task AppendAsync(IEnumerable<CallOutcome> outcomes, CancellationToken cancellationToken)
    {
        var lines = new ArrayBufferWriter<byte>(64 * 1024);
        foreach (var outcome in outcomes)
        {
            lines.Write(JsonSerializer.SerializeToUtf8Bytes(outcome, SpoolJsonContext.Default.CallOutcome));
            lines.Write("\n"u8);
        }

        file.Seek(0, SeekOrigin.End);
        await file.WriteAsync(lines.WrittenMemory, cancellationToken).ConfigureAwait(false);
        await file.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the outcomes and counts the lines that are none.</summary>
    public async Task<(List<CallOutcome> Outcomes, long Damaged)> ReadAsync(CancellationToken cancellationToken)
    {
        var bytes = new byte[file.Length];
        file.Seek(0, SeekOrigin.Begin);
        var length = await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return Parse(bytes.AsSpan(0, length));
    }

    /// <summary>Deletes the file.</summary>
    public async Task DeleteAsync()
    {
        // Deleted while it is held, so that nobody else finds it in between; where the system does not allow that, just after.
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(file.Name);
        }

        await file.DisposeAsync().ConfigureAwait(false);
        File.Delete(file.Name);
    }

    public ValueTask DisposeAsync() => file.DisposeAsync();

    private static (List<CallOutcome> Outcomes, long Damaged) Parse(ReadOnlySpan<byte> bytes)
    {
        var outcomes = new List<CallOutcome>();
        long damaged = 0;
        foreach (var range in bytes.Split((byte)'\n'))
        {
            var line = bytes[range];
            if (line.IsEmpty)
            {
                continue;
            }

            if (line.Length <= MaxLineBytes && TryParse(line) is { } outcome)
            {
                outcomes.Add(outcome);
            }
            else
            {
                damaged++;
            }
        }

        return (outcomes, damaged);
    }

    private static CallOutcome? TryParse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, SpoolJsonContext.Default.CallOutcome) is { RequestId: not null, Provider: not null, Model: not null, TaskType: not null } outcome
                ? outcome
                : null;
        }
        catch (JsonException)
        {
            // A damaged line; the caller counts it.
            return null;
        }
    }
}
