namespace HybridLlm;

/// <summary>Which models are used that providers report and nobody configured.</summary>
public enum ModelDiscovery
{
    /// <summary>Those of providers for which no model is configured.</summary>
    Auto,

    /// <summary>All.</summary>
    All,

    /// <summary>None.</summary>
    Off,
}
