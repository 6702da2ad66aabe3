namespace HybridLlm;

/// <summary>Shadow mode: a share of requests is given to a candidate too, once their callers have their answers. Nobody sees what the candidate says.</summary>
public sealed class ShadowOptions
{
    /// <summary>Gets or sets the candidate, by name or alias. <see langword="null"/>, the default, for no shadow mode.</summary>
    public string? Model { get; set; }

    /// <summary>Gets or sets the task type of the requests that are mirrored; <see langword="null"/>, the default, for all.</summary>
    public string? Task { get; set; }

    /// <summary>Gets or sets the share of requests that is mirrored, 0 to 1. Default: 0.1.</summary>
    public double Share { get; set; } = 0.1;

    /// <summary>Gets or sets how many mirrored requests run at once, 1 to 100. Default: 1. Read at the start.</summary>
    public int MaxConcurrency { get; set; } = 1;

    /// <summary>Gets or sets how many mirrored requests may wait, 1 to 10,000; further ones are dropped and counted. Default: 16. Read at the start.</summary>
    public int QueueLimit { get; set; } = 16;

    /// <summary>Gets or sets how long the candidate may take, 10 ms to 24 hours. Default: one minute.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets a value indicating whether the candidate may be one whose use costs money. Default: <see langword="false"/>.</summary>
    public bool AllowMetered { get; set; }
}
