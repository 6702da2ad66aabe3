namespace HybridLlm;

/// <summary>Where outcomes are kept when <see cref="MetricsOptions.Store"/> is <c>Neo4j</c>; see the package <c>HybridLlm.Neo4j</c>.</summary>
public sealed class Neo4jMetricsOptions
{
    /// <summary>
    /// Gets or sets the address of the server: <c>http://</c> or <c>https://</c> for its Query API, and, where the package was built with the official driver,
    /// <c>bolt://</c> or <c>neo4j://</c> with their forms <c>+s</c> and <c>+ssc</c>. Default: <c>http://localhost:7474</c>.
    /// </summary>
    public string Uri { get; set; } = "http://localhost:7474";

    /// <summary>Gets or sets the name of the database. Default: <c>neo4j</c>, the only one of the Community Edition.</summary>
    public string Database { get; set; } = "neo4j";

    /// <summary>Gets or sets the name of the user. Default: <c>neo4j</c>.</summary>
    public string User { get; set; } = "neo4j";

    /// <summary>Gets or sets the password. <see langword="null"/> for a server without authentication. Never logged.</summary>
    public string? Password { get; set; }

    /// <summary>
    /// Gets or sets how long one query may take, 1 second to 1 hour. Nothing arrives before a query is over, so that a shorter time would give up on
    /// queries that are about to end. Default: 30 seconds.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how many queries may be under way at once, 1 to 8. From about ten heavy ones on a server answers nobody else. Default: 2.</summary>
    public int MaxConcurrency { get; set; } = 2;

    /// <summary>
    /// Gets or sets the folder in which outcomes wait while the database is away. <see langword="null"/> for <c>HybridLlm/neo4j-spool</c> in the user's local
    /// application data. It is created when it is needed. Several processes may share it.
    /// </summary>
    public string? SpoolPath { get; set; }

    /// <summary>
    /// Gets or sets how many megabytes may wait there, 1 to 1,000,000. Beyond, the oldest outcomes are rolled up into sums per day. Default: 256, some 700,000
    /// outcomes.
    /// </summary>
    public int SpoolMB { get; set; } = 256;

    /// <summary>
    /// Gets or sets how often what was learned is exchanged with the other hosts of the database, 1 second to 24 hours. Default: 1 minute.
    /// </summary>
    public TimeSpan ShareInterval { get; set; } = TimeSpan.FromMinutes(1);
}
