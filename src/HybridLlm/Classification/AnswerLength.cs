namespace HybridLlm.Classification;

/// <summary>Estimates how long an answer will be, from what is asked for.</summary>
/// <remarks>Rough by nature: answers to the same prompt differ by a factor of three between models. Learned lengths replace it where there are any.</remarks>
internal static class AnswerLength
{
    private const int ShortestCopy = 32;
    private const int Longest = 4096;

    /// <summary>Estimates the tokens of an answer.</summary>
    public static int Estimate(string taskType, ComplexityLevel complexity, int inputTokens)
    {
        var usual = taskType switch
        {
            TaskTypes.Classification => 16,
            TaskTypes.ToolSelection => 64,
            TaskTypes.Conversation => 80,
            TaskTypes.SimpleQuestion => 120,
            TaskTypes.RagQuery => 150,
            TaskTypes.StructuredOutput => 250,
            TaskTypes.CreativeWriting => 400,
            TaskTypes.KnowledgeReasoning => 450,
            TaskTypes.Debugging or TaskTypes.Template => 500,
            TaskTypes.CodeGeneration or TaskTypes.NarrativeGeneration => 600,
            TaskTypes.Analysis or TaskTypes.Planning => 700,
            TaskTypes.MultiFile => 1000,
            _ => 300,
        };

        // What is rendered anew is about as long as it was; what is condensed is a part of it.
        return taskType switch
        {
            TaskTypes.Translation or TaskTypes.Format => Math.Clamp(inputTokens, ShortestCopy, Longest),
            TaskTypes.Summarization => Math.Clamp(inputTokens / 4, ShortestCopy, usual),
            _ => Math.Min(Longest, complexity switch
            {
                ComplexityLevel.Simple => usual / 2,
                ComplexityLevel.Complex => usual * 2,
                _ => usual,
            }),
        };
    }
}
