namespace HybridLlm;

/// <summary>Where the catalog knows a model from.</summary>
public enum ModelOrigin
{
    /// <summary>It is configured.</summary>
    Configured,

    /// <summary>Its provider reports it and it is not configured.</summary>
    Discovered,
}
