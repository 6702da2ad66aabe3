namespace HybridLlm.Tool.Live;

/// <summary>How tasks are put to models.</summary>
/// <param name="UseTrueTasks">Whether the router is told what each task is, instead of finding out.</param>
/// <param name="UseSchemas">Whether answers are held to the schemas of the tasks.</param>
/// <param name="MaxTokens">How long answers may be.</param>
internal sealed record LiveSettings(bool UseTrueTasks, bool UseSchemas, int MaxTokens)
{
    /// <summary>Gets a value indicating whether servers are told to keep nothing of a prompt, so that no way of answering profits from another.</summary>
    public bool KeepsNoPrompts { get; init; }
}
