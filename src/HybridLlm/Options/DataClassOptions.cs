namespace HybridLlm;

/// <summary>Where the words of a request of this data class may go.</summary>
public sealed class DataClassOptions
{
    /// <summary>Gets or sets a value indicating whether they stay on this machine or network. Default: <see langword="true"/>.</summary>
    public bool LocalOnly { get; set; } = true;

    /// <summary>
    /// Gets the models, aliases, providers or tags that may see them; empty, the default, for all that <see cref="LocalOnly"/> leaves. A name that nothing has
    /// lets nobody see them.
    /// </summary>
    public IList<string> Targets { get; } = [];
}
