namespace HybridLlm;

/// <summary>Looks at an answer for one sign of how good it is. Register your own with <c>AddConfidenceEstimator</c>.</summary>
/// <remarks>Safe for concurrent use. It is asked only while escalation is on for the request.</remarks>
public interface IConfidenceEstimator
{
    /// <summary>Gets the name under which its signals appear in traces, such as <c>refusal</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Gets a value indicating whether it can judge the beginning of an answer that is still being written. Only such estimators are asked while a stream is held back.
    /// </summary>
    bool ReadsBeginnings => false;

    /// <summary>Gets a value indicating whether it calls a model. Such estimators are asked last, and only when the others leave room for doubt.</summary>
    bool CallsModels => false;

    /// <summary>Looks at an answer.</summary>
    /// <param name="context">The answer and what it answers.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What it saw; <see langword="null"/> when the answer gives it nothing to say.</returns>
    ValueTask<ConfidenceSignal?> EstimateAsync(ConfidenceContext context, CancellationToken cancellationToken = default);
}
