using Microsoft.Extensions.AI;

namespace HybridLlm.Classification;

/// <summary>
/// Tells what a request is: what its caller said, then what its options demand, then what its prompt says to a learned model. Local and deterministic.
/// </summary>
internal sealed class DefaultTaskClassifier : ITaskClassifier
{
    /// <summary>Below this a type is not named: it would be wrong more often than right.</summary>
    private const double LeastTaskConfidence = 0.35;

    /// <summary>Below this a message that follows others is read together with the one before it.</summary>
    private const double Clear = 0.75;

    /// <summary>A message of at most so many words may lean on the one before it.</summary>
    private const int ShortMessage = 14;

    private static readonly Lazy<RecentVerdicts> Prompts = new(() => new(new(ClassifierModel.Shipped)));

    /// <inheritdoc/>
    public ValueTask<TaskProfile> ClassifyAsync(LlmRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        var (taskType, source) = Certain(request);
        return new(Read(request) is { } verdict ? Told(request, taskType, source, verdict) : Unread(request, taskType, source));
    }

    /// <summary>What nobody needs to guess.</summary>
    private static (string? TaskType, ProfileSource Source) Certain(LlmRequest request)
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

        return request.Options?.ResponseFormat is ChatResponseFormatJson ? (TaskTypes.StructuredOutput, ProfileSource.Options) : (null, ProfileSource.Default);
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
        return verdict.TaskConfidence < Clear ? together : together with
        {
            Candidates = verdict.Candidates,
            TaskConfidence = verdict.TaskConfidence,
            Levels = together.Levels.Given(verdict.Candidates),
        };
    }

    private static TaskProfile Unread(LlmRequest request, string? taskType, ProfileSource source)
    {
        var complexity = request.Complexity ?? ComplexityLevel.Medium;
        var inputTokens = TokenEstimator.Estimate(request);
        return new()
        {
            TaskType = taskType ?? TaskTypes.General,
            Source = source,
            TaskConfidence = taskType is null ? 0 : 1,
            Complexity = complexity,
            ComplexityScore = ComplexityScore.MiddleOf(complexity),
            ComplexityConfidence = request.Complexity is null ? 0 : 1,
            EstimatedInputTokens = inputTokens,
            EstimatedOutputTokens = AnswerLength.Estimate(taskType ?? TaskTypes.General, complexity, inputTokens),
            RequiredFeatures = RequestFeatures.RequiredBy(request),
        };
    }

    private static TaskProfile Told(LlmRequest request, string? taskType, ProfileSource source, in PromptVerdict verdict)
    {
        var guesses = taskType is null;
        var abstains = guesses && verdict.TaskConfidence < LeastTaskConfidence;
        if (guesses)
        {
            (taskType, source) = abstains ? (TaskTypes.General, ProfileSource.Default) : (verdict.Candidates[0].TaskType, ProfileSource.Prompt);
        }

        // The caller knows the type. What the options say is how to answer, not how hard the question is.
        var levels = source == ProfileSource.Caller && request.Complexity is null ? verdict.Levels.Known(taskType!) : verdict.Levels;
        var complexity = request.Complexity ?? (abstains ? ComplexityLevel.Medium : levels.Likeliest);
        var inputTokens = TokenEstimator.Estimate(request);
        return new()
        {
            TaskType = taskType!,
            Source = source,
            TaskConfidence = guesses ? verdict.TaskConfidence : 1,
            Candidates = guesses ? verdict.Candidates : [],
            Abstained = abstains,
            Complexity = complexity,
            ComplexityScore = complexity == levels.Likeliest && !abstains ? ComplexityScore.At(complexity, verdict.Place) : ComplexityScore.MiddleOf(complexity),
            ComplexityConfidence = request.Complexity is not null ? 1 : abstains || !verdict.KnowsAWord ? 0 : levels.Confidence,
            ComplexityProbabilities = verdict.KnowsAWord ? levels : [],
            EstimatedInputTokens = inputTokens,
            EstimatedOutputTokens = AnswerLength.Estimate(taskType!, complexity, inputTokens),
            Language = verdict.Language,
            Signs = verdict.Signs,
            Files = verdict.Files,
            Keywords = verdict.Keywords,
            RequiredFeatures = RequestFeatures.RequiredBy(request),
        };
    }
}
