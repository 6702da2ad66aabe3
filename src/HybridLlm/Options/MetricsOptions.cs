namespace HybridLlm;

/// <summary>What becomes of measurements.</summary>
public sealed class MetricsOptions
{
    /// <summary>Gets or sets where outcomes are kept: <c>Json</c> (files), <c>None</c> (memory only) or the name of a registered store, such as <c>Neo4j</c> of the package <c>HybridLlm.Neo4j</c>. Default: <c>Json</c>.</summary>
    public string Store { get; set; } = "Json";

    /// <summary>
    /// Gets or sets the folder of the files. <see langword="null"/> for <c>HybridLlm/metrics</c> under the user's local application data folder. It is created.
    /// </summary>
    public string? Path { get; set; }

    /// <summary>Gets or sets how long outcomes are kept, 1 hour to 36,500 days. Default: 90 days.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Gets or sets how long outcomes may wait to be written, 10 milliseconds to 1 hour. Default: 1 second.</summary>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets the number of calls after which the weight of a measurement has halved, 1 to 1,000,000. Default: 50.</summary>
    public double HalfLife { get; set; } = 50;

    /// <summary>Gets or sets how many recent responses can be given feedback, 0 to 1,000,000. Default: 10,000.</summary>
    public int FeedbackWindow { get; set; } = 10_000;

    /// <summary>Gets the options of the store <c>Neo4j</c>.</summary>
    public Neo4jMetricsOptions Neo4j { get; } = new();
}
