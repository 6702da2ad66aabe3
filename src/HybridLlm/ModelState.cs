namespace HybridLlm;

/// <summary>Whether a model is in memory.</summary>
public enum ModelState
{
    /// <summary>The backend does not say.</summary>
    Unknown,

    /// <summary>The model is not in memory; a request would load it.</summary>
    NotLoaded,

    /// <summary>The model is being loaded.</summary>
    Loading,

    /// <summary>The model is in memory and answers.</summary>
    Resident,
}
