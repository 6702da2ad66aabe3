namespace HybridLlm;

/// <summary>An answer broke off after some of it had been passed on to the caller.</summary>
public sealed class StreamInterruptedException : HybridLlmException
{
    /// <summary>Initializes a new instance of the <see cref="StreamInterruptedException"/> class.</summary>
    /// <param name="partialText">The text that had been passed on.</param>
    /// <param name="trace">The plan and the attempts.</param>
    /// <param name="innerException">Why the answer broke off.</param>
    public StreamInterruptedException(string partialText, RoutingTrace trace, Exception? innerException)
        : base(Describe(partialText, trace, innerException), innerException)
    {
        PartialText = partialText;
        Trace = trace;
    }

    /// <summary>Gets the text that had been passed on; for very long answers its first million characters.</summary>
    public string PartialText { get; }

    /// <summary>Gets the plan and the attempts.</summary>
    public RoutingTrace Trace { get; }

    /// <summary>Gets what each attempt came to; the interrupted one is the last.</summary>
    public IReadOnlyList<AttemptRecord> Attempts => Trace.Attempts;

    private static string Describe(string partialText, RoutingTrace trace, Exception? innerException)
    {
        ArgumentNullException.ThrowIfNull(partialText);
        ArgumentNullException.ThrowIfNull(trace);
        return $"The answer of {trace.Model} at {trace.Provider} broke off after {partialText.Length} characters: {innerException?.Message ?? "no reason given"}";
    }
}
