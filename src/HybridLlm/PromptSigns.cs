namespace HybridLlm;

/// <summary>What shows in a prompt, whatever is asked.</summary>
[Flags]
public enum PromptSigns
{
    /// <summary>Nothing of note.</summary>
    None = 0,

    /// <summary>Source code, markup, commands or a stack trace.</summary>
    Code = 1,

    /// <summary>Formulas or several numbers to reckon with.</summary>
    Math = 2,

    /// <summary>Data: JSON, a table, delimited lines.</summary>
    Data = 4,

    /// <summary>Three or more files.</summary>
    MultiFile = 8,
}
