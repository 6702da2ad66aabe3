using System.Collections.Frozen;

namespace HybridLlm.Selection;

/// <summary>What counts for each task type where the configuration does not say (<see cref="TaskRoutingOptions.Weights"/>).</summary>
internal static class BuiltInWeights
{
    private static readonly Weights Otherwise = new(0.60, 0.30, 0.10, 0);

    private static readonly FrozenDictionary<string, Weights> ByTask = new Dictionary<string, Weights>(StringComparer.Ordinal)
    {
        //                                       quality success speed tokens/s
        [TaskTypes.ToolSelection] = new(0.10, 0.35, 0.55, 0),
        [TaskTypes.StructuredOutput] = new(0.10, 0.70, 0.20, 0),
        [TaskTypes.RagQuery] = new(0.35, 0.45, 0.20, 0),
        [TaskTypes.MultiFile] = new(0.55, 0.35, 0.10, 0),
        [TaskTypes.Debugging] = new(0.50, 0.40, 0.10, 0),
        [TaskTypes.Analysis] = new(0.60, 0.25, 0.15, 0),
        [TaskTypes.Planning] = new(0.60, 0.25, 0.15, 0),
        [TaskTypes.Translation] = new(0.50, 0.30, 0.20, 0),
        [TaskTypes.Summarization] = new(0.40, 0.30, 0.30, 0),
        [TaskTypes.Classification] = new(0.15, 0.45, 0.40, 0),
        [TaskTypes.Format] = new(0.20, 0.45, 0.35, 0),
        [TaskTypes.Template] = new(0.20, 0.35, 0.45, 0),
        [TaskTypes.CodeGeneration] = new(0.50, 0.35, 0.15, 0),
        [TaskTypes.NarrativeGeneration] = new(0.50, 0.25, 0, 0.25),
        [TaskTypes.CreativeWriting] = new(0.55, 0.25, 0, 0.20),
        [TaskTypes.KnowledgeReasoning] = new(0.60, 0.30, 0.10, 0),
        [TaskTypes.SimpleQuestion] = new(0.25, 0.35, 0.40, 0),
        [TaskTypes.Conversation] = new(0.35, 0.25, 0.40, 0),
        [TaskTypes.General] = Otherwise,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Gets the weights of a task type; an application's own types count as <c>general</c>.</summary>
    public static Weights For(string taskType) => ByTask.TryGetValue(taskType, out var weights) ? weights : Otherwise;
}
