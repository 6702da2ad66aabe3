namespace HybridLlm.Neo4j.Tests.Support;

/// <summary>How a test talks to the server.</summary>
public enum Wire
{
    /// <summary>Over the HTTP Query API.</summary>
    Http,

    /// <summary>Over Bolt to one server: <c>bolt://</c>.</summary>
    Bolt,

    /// <summary>Over Bolt to the member of a cluster that the driver chooses: <c>neo4j://</c>.</summary>
    Routed,
}
