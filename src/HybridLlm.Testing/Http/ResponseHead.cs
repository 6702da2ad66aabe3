namespace HybridLlm.Testing.Http;

/// <summary>Status and headers of an answer, before a backend's own style puts them into bytes.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="ContentType">The content type; <see langword="null"/> for none.</param>
internal sealed record ResponseHead(int Status, string? ContentType)
{
    /// <summary>Gets the length of the body; <see langword="null"/> for a chunked one.</summary>
    public int? ContentLength { get; init; }

    /// <summary>Gets headers besides those that every answer of the backend has.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Extra { get; init; } = [];

    /// <summary>Gets a value indicating whether the server closes the connection after this answer.</summary>
    public bool Close { get; init; }
}
