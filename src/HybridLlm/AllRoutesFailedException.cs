using System.Text;

namespace HybridLlm;

/// <summary>Every route that was tried failed. <see cref="Attempts"/> lists each attempt.</summary>
public sealed class AllRoutesFailedException : HybridLlmException
{
    /// <summary>Initializes a new instance of the <see cref="AllRoutesFailedException"/> class.</summary>
    /// <param name="trace">The plan and the attempts.</param>
    /// <param name="innerException">The last failure.</param>
    public AllRoutesFailedException(RoutingTrace trace, Exception? innerException)
        : base(Describe(trace), innerException) => Trace = trace;

    /// <summary>Gets the plan and the attempts.</summary>
    public RoutingTrace Trace { get; }

    /// <summary>Gets what each attempt came to.</summary>
    public IReadOnlyList<AttemptRecord> Attempts => Trace.Attempts;

    private static string Describe(RoutingTrace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        var attempts = trace.Attempts;
        var text = new StringBuilder(attempts.Count == 1 ? "The only attempt failed:" : $"All {attempts.Count} attempts failed:");
        foreach (var attempt in attempts)
        {
            text.AppendLine().Append("  ").Append(attempt);
        }

        return text.ToString();
    }
}
