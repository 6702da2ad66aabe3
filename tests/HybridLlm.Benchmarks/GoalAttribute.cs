namespace HybridLlm.Benchmarks;

/// <summary>
/// Says what a benchmark must not exceed. <c>eng/bench.sh</c> prints one line for each goal and fails when one is missed, so a goal belongs on the
/// benchmark that shows it, beside a reference that is measured in the same run on the same machine.
/// </summary>
/// <param name="name">What is promised, in a few words, such as <c>routed call</c>.</param>
/// <remarks>Time and bytes are those of one operation; a benchmark with <c>OperationsPerInvoke</c> is already measured per operation.</remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GoalAttribute(string name) : Attribute
{
    /// <summary>Gets what is promised, in a few words.</summary>
    public string Name { get; } = name;

    /// <summary>Gets or sets the longest median time of an operation, in nanoseconds. Default: no limit.</summary>
    public double MaxNanoseconds { get; set; } = double.PositiveInfinity;

    /// <summary>Gets or sets the most bytes that an operation may allocate, over all threads. Default: no limit.</summary>
    public long MaxBytes { get; set; } = long.MaxValue;

    /// <summary>Gets or sets the benchmark of the same class to compare with, by the name of its method. Default: none.</summary>
    public string? Reference { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the limits hold for what the operation costs above the reference, not for the whole of it.
    /// Default: <see langword="false"/>.
    /// </summary>
    public bool AboveReference { get; set; }
}
