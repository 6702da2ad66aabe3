namespace HybridLlm.Neo4j.Cypher;

/// <summary>A remark of the server about a statement.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Severity"><c>WARNING</c> or <c>INFORMATION</c>.</param>
/// <param name="Description">What it says.</param>
internal readonly record struct CypherNote(string Code, string Severity, string Description);
