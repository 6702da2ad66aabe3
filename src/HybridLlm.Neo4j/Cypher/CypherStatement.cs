namespace HybridLlm.Neo4j.Cypher;

/// <summary>A statement in Cypher.</summary>
/// <param name="Text">The statement.</param>
/// <param name="Parameters">Its parameters: null, bool, int, long, double (finite), string, lists of these, and dictionaries of these by name.</param>
internal sealed record CypherStatement(string Text, IReadOnlyDictionary<string, object?> Parameters)
{
    private static readonly Dictionary<string, object?> None = [];

    public CypherStatement(string text)
        : this(text, None)
    {
    }

    /// <summary>
    /// Gets whether it does no harm to execute the statement twice. Only such a one is sent again after a fault: a client that saw no answer cannot know
    /// whether the statement was committed, and it probably was.
    /// </summary>
    public bool MayRepeat { get; init; }

    /// <summary>Gets whether it only reads.</summary>
    public bool Reads { get; init; }

    /// <summary>Gets how long it may take; <see langword="null"/> for <see cref="Neo4jMetricsOptions.Timeout"/>.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Makes a statement that only reads.</summary>
    public static CypherStatement Read(string text, IReadOnlyDictionary<string, object?>? parameters = null) =>
        new(text, parameters ?? None) { Reads = true, MayRepeat = true };

    /// <summary>Makes a statement that writes the same however often it is executed.</summary>
    public static CypherStatement Merge(string text, IReadOnlyDictionary<string, object?>? parameters = null) =>
        new(text, parameters ?? None) { MayRepeat = true };
}
