using Microsoft.Extensions.AI;

namespace HybridLlm;

/// <summary>
/// Routes each request to the model that this application's own history says is best for it, runs it under resilience
/// pipelines, falls back on failure and learns from every outcome.
/// </summary>
/// <remarks>
/// The client is an <see cref="IChatClient"/>, so middleware, agents and kernels written for that interface use it unchanged;
/// routing hints then travel in <see cref="ChatOptions.AdditionalProperties"/> under the names of <see cref="HybridLlmOptionKeys"/>.
/// It is safe for concurrent use. A failed request throws a <see cref="HybridLlmException"/>; a cancellation that the caller asked
/// for always surfaces as <see cref="OperationCanceledException"/>.
/// </remarks>
public interface IHybridLlmClient : IChatClient
{
    /// <summary>Routes and answers one request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Cancels the request; the connection to the backend is closed at once.</param>
    /// <returns>The answer together with the trace of how it came about.</returns>
    /// <exception cref="NoRouteAvailableException">No configured model can serve the request.</exception>
    /// <exception cref="AllRoutesFailedException">Every route that was tried failed.</exception>
    Task<LlmResponse> GenerateAsync(LlmRequest request, CancellationToken cancellationToken = default);

    /// <summary>Routes one request and reads its answer as JSON of type <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">
    /// The type of the answer. Its metadata comes from <see cref="LlmRequest.SerializerOptions"/>, or where that is not set from
    /// <see cref="AIJsonUtilities.DefaultOptions"/>.
    /// </typeparam>
    /// <param name="request">The request. Unless it names a response format, the JSON schema of <typeparamref name="T"/> is sent.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The answer and its value. An answer that does not parse counts as a failure of that route, and the next one is tried.</returns>
    /// <exception cref="NoRouteAvailableException">No configured model can serve the request.</exception>
    /// <exception cref="AllRoutesFailedException">No route gave an answer that parses.</exception>
    /// <exception cref="NotSupportedException">The serializer options have no metadata for <typeparamref name="T"/>.</exception>
    Task<LlmResponse<T>> GenerateAsync<T>(LlmRequest request, CancellationToken cancellationToken = default);

    /// <summary>Routes one request and streams its answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Cancels the stream; the connection to the backend is closed at once.</param>
    /// <returns>
    /// The updates. Until the first real content arrives a failing route is replaced unseen; afterwards a failure throws
    /// <see cref="StreamInterruptedException"/>, so a broken answer never looks finished.
    /// </returns>
    /// <exception cref="NoRouteAvailableException">No configured model can serve the request.</exception>
    /// <exception cref="AllRoutesFailedException">Every route failed before its first content.</exception>
    /// <exception cref="StreamInterruptedException">The answer broke off after content had been passed on.</exception>
    IAsyncEnumerable<ChatResponseUpdate> GenerateStreamingAsync(LlmRequest request, CancellationToken cancellationToken = default);

    /// <summary>Routes many requests, a bounded number at a time.</summary>
    /// <param name="requests">The requests. They are enumerated lazily, so the sequence may be long.</param>
    /// <param name="cancellationToken">Cancels those that are running and those that have not started.</param>
    /// <returns>One item per request, in the order in which they finish; a failed one carries its exception and does not end the batch.</returns>
    IAsyncEnumerable<LlmBatchItem> GenerateBatchAsync(IEnumerable<LlmRequest> requests, CancellationToken cancellationToken = default);

    /// <summary>Decides how a request would be routed and explains it, without calling any model.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Cancels the decision.</param>
    /// <returns>The ordered routes with their scores, and for every other model the reason why it was rejected.</returns>
    ValueTask<RoutePlan> PlanAsync(LlmRequest request, CancellationToken cancellationToken = default);

    /// <summary>Credits a user's judgement of an answer to the model that gave it.</summary>
    /// <param name="responseId">The <see cref="LlmResponse.ResponseId"/> of the answer.</param>
    /// <param name="feedback">The judgement. Giving the same answer another judgement replaces the earlier one.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes when the judgement was taken.</returns>
    /// <exception cref="UnknownResponseException">No recent answer has that id.</exception>
    ValueTask RecordFeedbackAsync(string responseId, Feedback feedback, CancellationToken cancellationToken = default);
}
