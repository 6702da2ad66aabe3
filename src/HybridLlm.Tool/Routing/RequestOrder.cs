namespace HybridLlm.Tool.Routing;

/// <summary>The order in which the rows of a file come as requests.</summary>
internal enum RequestOrder
{
    /// <summary>The order of the file, unless its rows lie in blocks of one task each: requests do not come like that, and so they are shuffled.</summary>
    Auto,

    /// <summary>The order of the file.</summary>
    File,

    /// <summary>Shuffled by the seed.</summary>
    Shuffled,
}
