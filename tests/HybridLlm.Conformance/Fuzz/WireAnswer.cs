using System.Globalization;
using System.Text;

namespace HybridLlm.Conformance.Fuzz;

/// <summary>An answer as it came over the wire, without its framing.</summary>
/// <param name="Method">The request's method.</param>
/// <param name="Path">The request's path, without a query.</param>
/// <param name="Status">The status.</param>
/// <param name="ContentType">The content type; <see langword="null"/> if there was none.</param>
/// <param name="Body">The body.</param>
public sealed record WireAnswer(string Method, string Path, int Status, string? ContentType, byte[] Body)
{
    /// <summary>Gets a value indicating whether the body comes frame by frame.</summary>
    internal bool IsStream => ContentType is not null && (ContentType.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) || ContentType.StartsWith("application/x-ndjson", StringComparison.OrdinalIgnoreCase));

    /// <summary>Gets what tells the request from others.</summary>
    internal (string Method, string Path) Call => (Method, Path);

    /// <summary>Reads a recording.</summary>
    /// <param name="request">The bytes of the request.</param>
    /// <param name="response">The bytes of the answer.</param>
    /// <returns>The answer; <see langword="null"/> where the recording has no whole head.</returns>
    public static WireAnswer? Parse(ReadOnlySpan<byte> request, ReadOnlySpan<byte> response)
    {
        var end = response.IndexOf("\r\n\r\n"u8);
        var line = Encoding.ASCII.GetString(request[..Math.Max(0, request.IndexOf((byte)'\n'))]).Split(' ');
        if (end < 0 || line.Length < 2)
        {
            return null;
        }

        var head = Encoding.ASCII.GetString(response[..end]).Split("\r\n");
        var body = response[(end + 4)..];
        var isChunked = string.Equals(Header(head, "Transfer-Encoding"), "chunked", StringComparison.OrdinalIgnoreCase);
        var status = head[0].Split(' ', 3) is [_, var code, ..] && int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        return status == 0 ? null : new(line[0], line[1].Split('?')[0], status, Header(head, "Content-Type"), isChunked ? JoinChunks(body) : body.ToArray());
    }

    private static string? Header(string[] head, string name) =>
        head.Skip(1).Select(static line => line.Split(':', 2)).FirstOrDefault(pair => pair.Length == 2 && pair[0].Equals(name, StringComparison.OrdinalIgnoreCase))?[1].Trim();

    // A recording may have been cut: then what there is of the last chunk counts.
    private static byte[] JoinChunks(ReadOnlySpan<byte> chunked)
    {
        var body = new List<byte>(chunked.Length);
        while (chunked.IndexOf("\r\n"u8) is var end and > 0
            && int.TryParse(Encoding.ASCII.GetString(chunked[..end]), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size) && size > 0)
        {
            chunked = chunked[(end + 2)..];
            body.AddRange(chunked[..Math.Min(size, chunked.Length)]);
            chunked = chunked[Math.Min(size + 2, chunked.Length)..];
        }

        return [.. body];
    }
}
