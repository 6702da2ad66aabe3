namespace HybridLlm.Classification;

/// <summary>Tells of a text what it asks for and how strong a model that needs. Safe for concurrent use.</summary>
internal sealed class PromptClassifier(ClassifierModel model)
{
    private const int Candidates = 3;
    private const int ManyFiles = 3;
    private const int SomeMath = 3;
    private const int SomeBraces = 4;

    /// <summary>The task types in the order of the columns.</summary>
    public static readonly string[] Tasks =
    [
        TaskTypes.ToolSelection,
        TaskTypes.StructuredOutput,
        TaskTypes.RagQuery,
        TaskTypes.MultiFile,
        TaskTypes.Debugging,
        TaskTypes.Analysis,
        TaskTypes.Planning,
        TaskTypes.Translation,
        TaskTypes.Summarization,
        TaskTypes.Classification,
        TaskTypes.Format,
        TaskTypes.Template,
        TaskTypes.CodeGeneration,
        TaskTypes.NarrativeGeneration,
        TaskTypes.CreativeWriting,
        TaskTypes.KnowledgeReasoning,
        TaskTypes.SimpleQuestion,
        TaskTypes.Conversation,
    ];

    private readonly Workspaces _workspaces = new(model.Table);

    /// <summary>Classifies a text.</summary>
    public PromptVerdict Classify(ReadOnlySpan<char> text)
    {
        var workspace = _workspaces.Rent();
        try
        {
            workspace.Extractor.Extract(text, workspace.Features);
            Span<float> logits = stackalloc float[ClassifierModel.Columns];
            model.Predict(workspace.Features, logits);
            return Verdict(workspace.Extractor, logits, KnowsAWord(workspace.Features));
        }
        finally
        {
            _workspaces.Return(workspace);
        }
    }

    private PromptVerdict Verdict(FeatureExtractor extractor, Span<float> logits, bool knowsAWord)
    {
        var tasks = logits[..Tasks.Length];
        var task = model.TaskCalibration.Spread(tasks);
        var taskConfidence = model.TaskCalibration.Confidence(tasks[task]);
        var candidates = Likeliest(tasks);
        return new()
        {
            Candidates = candidates,
            TaskConfidence = knowsAWord ? taskConfidence : 0,
            Levels = model.LevelLayer.Tell(logits, extractor.Scan.Counts.Length, candidates),
            KnowsAWord = knowsAWord,
            Place = Place(logits[ClassifierModel.Failure]),
            Language = extractor.Language,
            Signs = SignsOf(extractor.Scan.Counts),
            Files = extractor.Scan.Counts.Files,
            Keywords = DomainKeywords.Find(extractor.Scan.Words),
            Words = extractor.Scan.Counts.Words,
        };
    }

    // Without one, only the length and the layout speak, and they are no evidence of what is asked.
    private static bool KnowsAWord(FeatureSet features) => !features[FeatureSet.Block.Words].IsEmpty || !features[FeatureSet.Block.Place].IsEmpty;

    private static TaskCandidate[] Likeliest(Span<float> probabilities)
    {
        var candidates = new TaskCandidate[Candidates];
        for (var i = 0; i < Candidates; i++)
        {
            var best = 0;
            for (var j = 1; j < probabilities.Length; j++)
            {
                if (probabilities[j] > probabilities[best])
                {
                    best = j;
                }
            }

            candidates[i] = new(Tasks[best], probabilities[best]);
            probabilities[best] = -1;
        }

        return candidates;
    }

    // The share of training prompts of which fewer models are expected to fail.
    private double Place(float failure)
    {
        var at = model.FailureQuantiles.AsSpan().BinarySearch(failure);
        return (double)(at < 0 ? ~at : at) / model.FailureQuantiles.Length;
    }

    private static PromptSigns SignsOf(PromptCounts counts)
    {
        var signs = counts.Fences + counts.CodeLines + counts.TraceLines > 0 ? PromptSigns.Code : PromptSigns.None;
        if (counts.MathSigns >= SomeMath)
        {
            signs |= PromptSigns.Math;
        }

        if (counts.Braces >= SomeBraces || counts.TableLines > 1)
        {
            signs |= PromptSigns.Data;
        }

        return counts.Files >= ManyFiles ? signs | PromptSigns.MultiFile : signs;
    }
}
