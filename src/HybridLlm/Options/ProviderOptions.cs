namespace HybridLlm;

/// <summary>What every backend has in common. Provider packages derive their own options from it.</summary>
public class ProviderOptions
{
    private List<string> _endpoints = [];

    /// <summary>Gets or sets the type of the backend, such as <c>LlamaCpp</c>. Without regard to case.</summary>
    public string? Type { get; set; }

    /// <summary>Gets or sets a value indicating whether the backend is used at all. Default: <see langword="true"/>.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets the address, such as <c>http://localhost:8080</c>. <see langword="null"/> for the default of the type.</summary>
    public string? Endpoint { get; set; }

    /// <summary>
    /// Gets the addresses of several servers with the same models, in place of <see cref="Endpoint"/>, at most 64. Each request goes to the less busy one of two
    /// that are chosen at random; one that fails gets none until it has answered a probe. Empty, the default, for one server.
    /// </summary>
    public IList<string> Endpoints => _endpoints;

    /// <summary>Gets or sets the key that the backend asks for; <see langword="null"/> for none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Gets or sets how many requests the backend works on at once, 1 to 10,000. <see langword="null"/> for the default of the type.</summary>
    public int? MaxConcurrency { get; set; }

    /// <summary>Gets or sets how many requests may wait for their turn, 0 to 100,000; one more goes to another route. Default: 100.</summary>
    public int QueueLimit { get; set; } = 100;

    /// <summary>Gets or sets how long a request may wait for its turn before it goes to another route, 0 to 24 hours. Default: 30 seconds.</summary>
    public TimeSpan QueueTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets time budgets that differ from the general ones; <see langword="null"/> for none.</summary>
    public TimeoutOverrides? Timeouts { get; set; }

    /// <summary>
    /// Gets or sets <see cref="ResilienceOptions.ProbeIdleAfter"/> for the models of this backend, 0 to 24 hours. <see langword="null"/>, the default, for the general
    /// time, or never where the use costs money.
    /// </summary>
    public TimeSpan? ProbeIdleAfter { get; set; }

    /// <summary>Makes the options of one of several servers.</summary>
    /// <param name="endpoint">Its address.</param>
    /// <returns>The options. What is a list or an object in them is shared: nobody changes options in use.</returns>
    internal ProviderOptions At(string endpoint)
    {
        var copy = (ProviderOptions)MemberwiseClone();
        copy.Endpoint = endpoint;
        copy._endpoints = [];
        return copy;
    }
}
