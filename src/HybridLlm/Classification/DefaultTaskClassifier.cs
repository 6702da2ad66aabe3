using Microsoft.Extensions.AI;

namespace HybridLlm.Classification;

/// <summary>Tells what a request is from what is certain: what its caller said, then what its options demand.</summary>
/// <remarks>The words of the prompt are not read, so nothing is guessed; what nobody said is <c>general</c> and <c>medium</c>, at a confidence of 0.</remarks>
internal sealed class DefaultTaskClassifier : ITaskClassifier
{
    /// <inheritdoc/>
    public ValueTask<TaskProfile> ClassifyAsync(LlmRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        var (taskType, source) = TaskOf(request);
        return new(new TaskProfile
        {
            TaskType = taskType,
            Source = source,
            TaskConfidence = source == ProfileSource.Default ? 0 : 1,
            Complexity = request.Complexity ?? ComplexityLevel.Medium,
            ComplexityConfidence = request.Complexity is null ? 0 : 1,
            EstimatedInputTokens = TokenEstimator.Estimate(request),
            RequiredFeatures = RequestFeatures.RequiredBy(request),
        });
    }

    private static (string TaskType, ProfileSource Source) TaskOf(LlmRequest request)
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

        return request.Options?.ResponseFormat is ChatResponseFormatJson
            ? (TaskTypes.StructuredOutput, ProfileSource.Options)
            : (TaskTypes.General, ProfileSource.Default);
    }
}
