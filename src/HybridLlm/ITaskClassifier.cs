namespace HybridLlm;

/// <summary>Tells what a request is.</summary>
public interface ITaskClassifier
{
    /// <summary>Tells what a request is. What the caller said (<see cref="LlmRequest.TaskType"/>, <see cref="LlmRequest.Complexity"/>) is kept.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The profile.</returns>
    ValueTask<TaskProfile> ClassifyAsync(LlmRequest request, CancellationToken cancellationToken = default);
}
