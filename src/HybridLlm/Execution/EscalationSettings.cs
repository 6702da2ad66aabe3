using System.Collections.Frozen;

namespace HybridLlm.Execution;

/// <summary>When answers are escalated, as the options say. A request keeps those with which it began.</summary>
internal sealed class EscalationSettings
{
    private readonly double? _threshold;
    private readonly FrozenDictionary<string, double>? _byTask;

    public EscalationSettings(RoutingOptions routing)
    {
        Options = routing.Escalation;
        _threshold = routing.EscalationThreshold;
        var own = routing.Tasks.Where(task => task.Value.EscalationThreshold is not null).ToDictionary(task => task.Key, task => task.Value.EscalationThreshold!.Value, StringComparer.Ordinal);
        _byTask = own.Count == 0 ? null : own.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public EscalationOptions Options { get; }

    /// <summary>Gets the threshold of a task; <see langword="null"/> when its answers are not escalated.</summary>
    public double? ThresholdFor(string taskType) => _byTask is not null && _byTask.TryGetValue(taskType, out var own) ? own : _threshold;
}
