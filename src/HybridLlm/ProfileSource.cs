namespace HybridLlm;

/// <summary>Who said what a request is.</summary>
public enum ProfileSource
{
    /// <summary>Nobody: the default applies.</summary>
    Default,

    /// <summary>The caller.</summary>
    Caller,

    /// <summary>The options for certain, such as tools or a response format.</summary>
    Options,

    /// <summary>The prompt.</summary>
    Prompt,
}
