namespace HybridLlm.Neo4j;

/// <summary>What went wrong, as far as it decides what to do next.</summary>
internal enum Neo4jFault
{
    /// <summary>Something that no other value says.</summary>
    Unexpected,

    /// <summary>The statement or one of its parameters is wrong: it will fail again.</summary>
    Statement,

    /// <summary>The statement needs more memory than the server allows: a smaller batch may do.</summary>
    OutOfMemory,

    /// <summary>The server says that it may work in a moment.</summary>
    Transient,

    /// <summary>No connection, or it was cut: whether the statement was executed is not known.</summary>
    ConnectionLost,

    /// <summary>No answer in time: the statement probably goes on, and is committed in the end.</summary>
    TimedOut,

    /// <summary>User or password is wrong, or the password must be changed first. Asking again may lock the user out.</summary>
    Unauthorized,

    /// <summary>Too many wrong passwords came for this user: the right one is refused as well for some seconds.</summary>
    RateLimited,

    /// <summary>The settings lead to no database that can be written: wrong name, wrong port, TLS, version, read-only member.</summary>
    Misconfigured,
}
