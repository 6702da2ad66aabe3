using System.Text;

namespace HybridLlm.OpenAICompatible.Tests.Support;

/// <summary>A request as it came over the wire.</summary>
/// <param name="Head">The request line and the headers.</param>
/// <param name="Body">The body.</param>
internal sealed record TranscriptRequest(string Head, byte[] Body)
{
    internal string RequestLine => Head[..Head.IndexOf('\r', StringComparison.Ordinal)];

    internal string Text => Encoding.UTF8.GetString(Body);

    internal string? Header(string name) =>
        Head.Split("\r\n").Skip(1)
            .Select(line => line.Split(": ", 2))
            .FirstOrDefault(pair => pair.Length == 2 && pair[0].Equals(name, StringComparison.OrdinalIgnoreCase))?[1];
}
