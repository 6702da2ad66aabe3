using System.Text;

namespace HybridLlm;

/// <summary>What was decided for a request and why, and what each attempt came to. While a stream runs it still grows.</summary>
public sealed class RoutingTrace
{
    private readonly List<AttemptRecord> _attempts = new(1);

    internal RoutingTrace(string responseId, RoutePlan plan)
    {
        ResponseId = responseId;
        Plan = plan;
    }

    /// <summary>Gets the id to give feedback with.</summary>
    public string ResponseId { get; }

    /// <summary>Gets the plan.</summary>
    public RoutePlan Plan { get; }

    /// <summary>Gets the name of the model that answered, or is answering; <see langword="null"/> while there is none.</summary>
    public string? Model { get; internal set; }

    /// <summary>Gets the name of the provider that answered, or is answering; <see langword="null"/> while there is none.</summary>
    public string? Provider { get; internal set; }

    /// <summary>Gets how experience has moved the escalation threshold that applies, in words; <see langword="null"/> when it has not.</summary>
    public string? Escalation { get; internal set; }

    /// <summary>Gets what each ended attempt came to.</summary>
    public IReadOnlyList<AttemptRecord> Attempts
    {
        get
        {
            lock (_attempts)
            {
                return [.. _attempts];
            }
        }
    }

    /// <summary>Returns the plan and the attempts in words.</summary>
    /// <returns>The words.</returns>
    public override string ToString()
    {
        var text = new StringBuilder(Plan.Explain());
        if (Escalation is { } escalation)
        {
            text.Append("escalation: ").Append(escalation).AppendLine();
        }

        foreach (var attempt in Attempts)
        {
            text.Append("attempt ").Append(attempt).AppendLine();
        }

        return text.ToString();
    }

    internal void Add(AttemptRecord attempt)
    {
        lock (_attempts)
        {
            _attempts.Add(attempt);
        }
    }
}
