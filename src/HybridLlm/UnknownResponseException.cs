namespace HybridLlm;

/// <summary>Feedback names a response that nobody knows of, or that was given too long ago.</summary>
public sealed class UnknownResponseException : HybridLlmException
{
    /// <summary>Initializes a new instance of the <see cref="UnknownResponseException"/> class.</summary>
    /// <param name="responseId">The id.</param>
    public UnknownResponseException(string responseId)
        : base($"No recent response has the id '{responseId}'. Feedback takes the ResponseId of a response of this process or of those in the journal when it began, while it is among the most recent ones (HybridLlm:Metrics:FeedbackWindow).") => ResponseId = responseId;

    /// <summary>Gets the id that is not known.</summary>
    public string ResponseId { get; }
}
