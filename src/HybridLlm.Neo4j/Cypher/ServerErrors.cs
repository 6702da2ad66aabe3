namespace HybridLlm.Neo4j.Cypher;

/// <summary>Says what an error of the server means and what to do about it. By its code alone: the HTTP status says little.</summary>
internal static class ServerErrors
{
    private const string Section = "HybridLlm:Metrics:Neo4j";

    /// <summary>Makes the exception for an error of the server.</summary>
    /// <param name="code">Its code.</param>
    /// <param name="message">Its message. May hold values of a statement, which never holds more than an outcome does.</param>
    /// <param name="database">The name of the database.</param>
    public static Neo4jMetricsException Create(string code, string message, string database)
    {
        var (fault, remedy) = Explain(code, database);
        return new(fault, $"{message.Trim().TrimEnd('.')} ({code}). {remedy}".TrimEnd(), code);
    }

    private static (Neo4jFault Fault, string Remedy) Explain(string code, string database) => code switch
    {
        "Neo.ClientError.Security.CredentialsExpired" => (
            Neo4jFault.Unauthorized,
            "The password must be changed first: run ALTER CURRENT USER SET PASSWORD FROM '…' TO '…' on the database system, and write the new one to " + Section + ":Password."),
        "Neo.ClientError.Security.AuthenticationRateLimit" => (
            Neo4jFault.RateLimited,
            $"Too many wrong passwords came for this user, so that the right one is refused for some seconds, too. Check {Section}:User and {Section}:Password."),
        "Neo.ClientError.Security.Forbidden" => (
            Neo4jFault.Misconfigured, $"The user of {Section}:User may not do that; grant it reading, writing and the making of indexes and constraints."),
        _ when code.StartsWith("Neo.ClientError.Security.", StringComparison.Ordinal) => (
            Neo4jFault.Unauthorized, $"Check {Section}:User and {Section}:Password."),
        "Neo.ClientError.Database.DatabaseNotFound" => (
            Neo4jFault.Misconfigured, $"There is no database '{database}'. Name another in {Section}:Database; the Community Edition has 'neo4j' alone."),
        "Neo.ClientError.General.WriteOnReadOnlyAccessDatabase" or "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase" or "Neo.ClientError.Cluster.NotALeader" => (
            Neo4jFault.Misconfigured, $"Name a member that takes writes in {Section}:Uri, or make the database writable (server.databases.default_to_read_only)."),
        "Neo.TransientError.General.MemoryPoolOutOfMemoryError" or "Neo.TransientError.General.TransactionMemoryLimit" or "Neo.TransientError.General.OutOfMemoryError" => (
            Neo4jFault.OutOfMemory, "Raise db.memory.transaction.max on the server."),

        // Its text says to try again, but somebody wanted it to end; drivers take the older names the same way.
        "Neo.ClientError.Transaction.Terminated" or "Neo.TransientError.Transaction.Terminated" or "Neo.TransientError.Transaction.LockClientStopped" => (
            Neo4jFault.Unexpected, "Somebody ended the transaction."),
        "Neo.ClientError.Transaction.TransactionTimedOut" or "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration" => (
            Neo4jFault.TimedOut, "Raise db.transaction.timeout on the server."),
        _ when code.StartsWith("Neo.TransientError.", StringComparison.Ordinal) => (Neo4jFault.Transient, ""),
        "N/A" => (Neo4jFault.Statement, ""),
        _ when code.StartsWith("Neo.ClientError.Statement.", StringComparison.Ordinal)
            || code.StartsWith("Neo.ClientError.Request.", StringComparison.Ordinal)
            || code.StartsWith("Neo.ClientError.Schema.", StringComparison.Ordinal) => (Neo4jFault.Statement, ""),
        _ => (Neo4jFault.Unexpected, ""),
    };
}
