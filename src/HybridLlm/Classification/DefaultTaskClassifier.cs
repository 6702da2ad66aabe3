using Microsoft.Extensions.AI;

namespace HybridLlm.Classification;

/// <summary>
/// Tells what a request is: what its caller said, then what its options demand, then what its prompt says to a learned model. Local and deterministic.
/// </summary>
internal sealed class DefaultTaskClassifier : ITaskClassifier
{
    /// <summary>Below this a type is not named: it would be wrong more often than right.</summary>
    internal const double LeastTaskConfidence = 0.35;

    /// <summary>Below this a message that follows others is read together with the one before it.</summary>
    private const double Clear = 0.75;

    /// <summary>A message of at most so many words may lean on the one before it.</summary>
    private const int ShortMessage = 14;

    private static readonly Lazy<PromptClassifier> Prompts = new(() => new(ClassifierModel.Shipped));

    /// <inheritdoc/>
    public ValueTask<TaskProfile> ClassifyAsync(LlmRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        var inputTokens = TokenEstimator.Estimate(request);
        var profile = new TaskProfile
        {
            EstimatedInputTokens = inputTokens,
            RequiredFeatures = RequestFeatures.RequiredBy(request),
        };
        profile = Certain(request) is { } certain ? profile with { TaskType = certain.TaskType, Source = certain.Source, TaskConfidence = 1 } : profile;
        if (request.Complexity is { } level)
        {
            profile = profile with { Complexity = level, ComplexityScore = ComplexityScore.MiddleOf(level), ComplexityConfidence = 1 };
        }

        profile = Read(request) is { } verdict ? Complete(profile, request, verdict) : profile;
        return new(profile with { EstimatedOutputTokens = AnswerLength.Estimate(profile.TaskType, profile.Complexity, inputTokens) });
    }

    /// <summary>What nobody needs to guess.</summary>
    private static (string TaskType, ProfileSource Source)? Certain(LlmRequest request)
    {
        if (!string.IsNullOrEmpty(request.TaskType))
        {
            return (request.TaskType, ProfileSource.Caller);
        }

        // Once a tool's result is the last word, the pick is made and the model is to answer with it.
        if (RequestFeatures.OffersTools(request.Options) && !RequestFeatures.EndsWithToolResult(request.Messages))
        {
            return (TaskTypes.ToolSelection, ProfileSource.Options);
        }

        return request.Options?.ResponseFormat is ChatResponseFormatJson ? (TaskTypes.StructuredOutput, ProfileSource.Options) : null;
    }

    private static PromptVerdict? Read(LlmRequest request)
    {
        var newest = ConversationReader.Newest(request.Messages, out var at);
        if (newest.Length == 0)
        {
            return null;
        }

        var verdict = Prompts.Value.Classify(newest);
        if (at == 0 || verdict.Words > ShortMessage || verdict.Words == 0)
        {
            return verdict;
        }

        // "And in French?" says what it wants, but not how hard that is; "go on" says neither; "thanks" says both.
        var before = ConversationReader.Before(request.Messages, at);
        if (before.Length == 0 || (verdict.TaskConfidence >= Clear && verdict.Candidates[0].TaskType == TaskTypes.Conversation))
        {
            return verdict;
        }

        var together = Prompts.Value.Classify($"{before}\n{newest}");
        return verdict.TaskConfidence >= Clear ? together with { Candidates = verdict.Candidates, TaskConfidence = verdict.TaskConfidence } : together;
    }

    private static TaskProfile Complete(TaskProfile profile, LlmRequest request, in PromptVerdict verdict)
    {
        profile = profile with { Language = verdict.Language, Signs = verdict.Signs, Keywords = verdict.Keywords };
        var guesses = profile.Source == ProfileSource.Default;
        var abstains = guesses && verdict.TaskConfidence < LeastTaskConfidence;
        if (guesses)
        {
            profile = profile with
            {
                TaskType = abstains ? TaskTypes.General : verdict.Candidates[0].TaskType,
                TaskConfidence = verdict.TaskConfidence,
                Candidates = verdict.Candidates,
                Source = abstains ? ProfileSource.Default : ProfileSource.Prompt,
                Abstained = abstains,
            };
        }

        if (request.Complexity is null)
        {
            profile = profile with
            {
                Complexity = abstains ? ComplexityLevel.Medium : verdict.Level,
                ComplexityScore = abstains ? ComplexityScore.Unknown : verdict.Score,
                ComplexityConfidence = verdict.LevelConfidence,
            };
        }

        return profile;
    }
}
