namespace HybridLlm;

/// <summary>Time budgets of one provider that differ from the general ones. <see langword="null"/> keeps the general one.</summary>
public sealed class TimeoutOverrides
{
    /// <summary>Gets or sets the budget for opening a connection.</summary>
    public TimeSpan? Connect { get; set; }

    /// <summary>Gets or sets how long a model that is loading is waited for.</summary>
    public TimeSpan? Load { get; set; }

    /// <summary>Gets or sets the budget until the first content of a model that is not loading.</summary>
    public TimeSpan? FirstToken { get; set; }

    /// <summary>Gets or sets the longest pause between two pieces of an answer.</summary>
    public TimeSpan? Idle { get; set; }

    /// <summary>Gets or sets the shortest pause that is granted even to a fast model.</summary>
    public TimeSpan? IdleMinimum { get; set; }

    /// <summary>Lays these budgets over the general ones.</summary>
    /// <param name="general">The general ones.</param>
    /// <returns>The budgets that apply.</returns>
    public TimeoutOptions Over(TimeoutOptions general)
    {
        ArgumentNullException.ThrowIfNull(general);
        return new()
        {
            Connect = Connect ?? general.Connect,
            Load = Load ?? general.Load,
            FirstToken = FirstToken ?? general.FirstToken,
            Idle = Idle ?? general.Idle,
            IdleMinimum = IdleMinimum ?? general.IdleMinimum,
            Total = general.Total,
        };
    }
}
