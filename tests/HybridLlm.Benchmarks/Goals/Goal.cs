using System.Globalization;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace HybridLlm.Benchmarks.Goals;

/// <summary>A goal held against what was measured.</summary>
internal sealed class Goal
{
    private readonly GoalAttribute _goal;
    private readonly Cost? _ours;
    private readonly Cost? _reference;

    private Goal(GoalAttribute goal, BenchmarkReport ours, BenchmarkReport? reference)
    {
        _goal = goal;
        _reference = Cost.Of(reference);
        var whole = Cost.Of(ours);
        _ours = !goal.AboveReference ? whole
            : whole is { } cost && _reference is { } other ? cost.Above(other)
            : null;
    }

    /// <summary>Gets a value indicating whether the goal was reached. A goal that could not be measured was not reached.</summary>
    public bool Ok =>
        _ours is { } ours
        && (_goal.Reference is null || _reference is not null)
        && ours.Nanoseconds <= _goal.MaxNanoseconds
        && ours.Bytes <= _goal.MaxBytes;

    /// <summary>Finds the goals of a run's benchmarks. Of a benchmark with parameters the costliest case counts.</summary>
    public static IEnumerable<Goal> Of(Summary summary) =>
        from report in summary.Reports
        let goal = Declared(report.BenchmarkCase)
        where goal is not null
        group new Goal(goal, report, Reference(summary, report.BenchmarkCase, goal)) by report.BenchmarkCase.Descriptor.WorkloadMethod into cases
        select cases.MaxBy(goal => goal._ours?.Nanoseconds ?? double.PositiveInfinity);

    /// <summary>Returns the goal's line: name, ours, reference, ratio, goal and verdict.</summary>
    public override string ToString() => Line(
        _goal.Name,
        _ours?.ToString() ?? "not measured",
        _reference?.ToString() ?? (_goal.Reference is null ? "-" : "not measured"),
        _ours is { } ours && _reference is { Nanoseconds: > 0 } reference ? string.Create(CultureInfo.InvariantCulture, $"{ours.Nanoseconds / reference.Nanoseconds:0.00}") : "-",
        Limits(),
        Ok ? "ok" : "MISSED");

    /// <summary>Returns the line above the goals' lines.</summary>
    public static string Header { get; } = Line("goal", "ours", "reference", "ratio", "at most", "");

    /// <summary>Returns a line of the table.</summary>
    public static string Line(string name, string ours, string reference, string ratio, string goal, string verdict) =>
        $"{name,-32} {ours,20} {reference,20} {ratio,8}  {goal,-30} {verdict}".TrimEnd();

    private static GoalAttribute? Declared(BenchmarkCase benchmark) =>
        Attribute.GetCustomAttribute(benchmark.Descriptor.WorkloadMethod, typeof(GoalAttribute)) as GoalAttribute;

    private static BenchmarkReport? Reference(Summary summary, BenchmarkCase benchmark, GoalAttribute goal) =>
        summary.Reports.FirstOrDefault(report =>
            report.BenchmarkCase.Descriptor.WorkloadMethod.Name == goal.Reference
            && report.BenchmarkCase.Parameters.Equals(benchmark.Parameters));

    private string Limits()
    {
        List<string> limits = [];
        if (double.IsFinite(_goal.MaxNanoseconds))
        {
            limits.Add(Cost.Time(_goal.MaxNanoseconds));
        }

        if (_goal.MaxBytes < long.MaxValue)
        {
            limits.Add(Cost.Size(_goal.MaxBytes));
        }

        return string.Join(", ", limits) + (_goal.AboveReference ? " above it" : "");
    }
}
