namespace HybridLlm;

/// <summary>The time budgets of a request. The defaults suit local models: one that is still loading is waited for.</summary>
public sealed class TimeoutOptions
{
    /// <summary>Gets or sets the budget for opening a connection, 10 milliseconds to 5 minutes. Default: 5 seconds.</summary>
    public TimeSpan Connect { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how long a model that is loading is waited for, 10 milliseconds to 24 hours. Default: 5 minutes.</summary>
    public TimeSpan Load { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets or sets the budget until the first content of a model that is not loading, 10 milliseconds to 24 hours. Default: 2 minutes.</summary>
    public TimeSpan FirstToken { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Gets or sets the longest pause between two pieces of an answer, 10 milliseconds to 24 hours. What a model is granted is learned from its own pace
    /// and lies between <see cref="IdleMinimum"/> and this. Default: 30 seconds.
    /// </summary>
    public TimeSpan Idle { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets the shortest pause that is granted even to a fast model, 10 milliseconds to 24 hours. Default: 5 seconds.</summary>
    public TimeSpan IdleMinimum { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets the budget of the whole request, all attempts included, 10 milliseconds to 24 hours. Default: 10 minutes.</summary>
    public TimeSpan Total { get; set; } = TimeSpan.FromMinutes(10);
}
