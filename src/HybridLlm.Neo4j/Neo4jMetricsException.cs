namespace HybridLlm.Neo4j;

/// <summary>The database did not do what was asked. The message says why and what to do about it.</summary>
public sealed class Neo4jMetricsException : IOException
{
    internal Neo4jMetricsException(Neo4jFault fault, string message, string? code = null, Exception? inner = null)
        : base(message, inner)
    {
        Fault = fault;
        Code = code;
    }

    /// <summary>Gets the status code of Neo4j, such as <c>Neo.ClientError.Security.Unauthorized</c>; <see langword="null"/> when no answer came.</summary>
    public string? Code { get; }

    internal Neo4jFault Fault { get; }

    /// <summary>Gets whether the statement, or a row of it, is at fault: then the database is well, and the same will fail again.</summary>
    internal bool IsStatementsFault => Fault is Neo4jFault.Statement or Neo4jFault.OutOfMemory;
}
