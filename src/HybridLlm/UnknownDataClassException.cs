namespace HybridLlm;

/// <summary>A request names a data class that is not configured. It goes to no model: what is not known to be allowed is not.</summary>
public sealed class UnknownDataClassException : HybridLlmException
{
    /// <summary>Initializes a new instance of the <see cref="UnknownDataClassException"/> class.</summary>
    /// <param name="dataClass">The name.</param>
    /// <param name="known">The data classes that there are.</param>
    public UnknownDataClassException(string dataClass, IEnumerable<string> known)
        : base($"There is no data class named '{dataClass}', so the request was sent to no model. Known data classes: {string.Join(", ", known)}. Add it under HybridLlm:Routing:DataClasses.") =>
        DataClass = dataClass;

    /// <summary>Gets the name that is not known.</summary>
    public string DataClass { get; }
}
