using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace HybridLlm.Testing.Http;

/// <summary>Puts the head of an answer together, header by header.</summary>
internal sealed class HeadBuilder
{
    private readonly StringBuilder _text = new();

    public HeadBuilder(int status) =>
        _text.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} {ReasonPhrases.GetReasonPhrase(status)}\r\n");

    public HeadBuilder Add(string name, object? value)
    {
        if (value is not null)
        {
            _text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        return this;
    }

    public HeadBuilder Add(IEnumerable<KeyValuePair<string, string>> headers)
    {
        foreach (var header in headers)
        {
            Add(header.Key, header.Value);
        }

        return this;
    }

    public override string ToString() => _text + "\r\n";
}
