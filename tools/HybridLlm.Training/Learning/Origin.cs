namespace HybridLlm.Training.Learning;

/// <summary>The collection that a prompt is of. Each has its own share of hard prompts, and its readers their own idea of what is hard.</summary>
internal enum Origin
{
    /// <summary>Written to hold all types alike, at least half without the words that give a type away.</summary>
    Balanced,

    /// <summary>Written as strangers type into a chat.</summary>
    Chat,

    /// <summary>Collected where people made their prompts public.</summary>
    Public,
}
