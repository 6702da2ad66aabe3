namespace HybridLlm.OpenAICompatible.Http;

/// <summary>What a server is sent and must not be repeated in an error: its key, and the values of configured headers.</summary>
internal sealed class Secrets
{
    private const string Mark = "***";

    /// <summary>A shorter header, such as a version or a tenant's number, would take ordinary words out of errors.</summary>
    private const int ShortestHeader = 8;

    private readonly string[] _values;

    internal Secrets(string? key, IEnumerable<KeyValuePair<string, string>> headers)
    {
        var values = headers.Select(static header => header.Value).Where(static value => value is { Length: >= ShortestHeader });
        _values = [.. (string.IsNullOrEmpty(key) ? values : values.Append(key)).SelectMany(static value => (string[])[value, Uri.EscapeDataString(value)]).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Takes the secrets out of a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text without them.</returns>
    internal string Clean(string text)
    {
        foreach (var value in _values)
        {
            text = text.Replace(value, Mark, StringComparison.Ordinal);
        }

        return text;
    }
}
