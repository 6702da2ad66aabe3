namespace HybridLlm.Neo4j.Cypher;

/// <summary>What a statement returned.</summary>
/// <param name="Fields">The names of the columns.</param>
/// <param name="Rows">The rows; values are null, bool, long, double, string, lists (<c>object?[]</c>) and maps (<c>Dictionary&lt;string, object?&gt;</c>).</param>
/// <param name="Notes">What the server has to say about the statement, such as that it is deprecated.</param>
internal sealed record CypherResult(IReadOnlyList<string> Fields, IReadOnlyList<object?[]> Rows, IReadOnlyList<CypherNote> Notes)
{
    /// <summary>Reads the value of the first row's first column as a whole number.</summary>
    public long Count => Rows is [[long count, ..], ..] ? count : 0;
}
