namespace HybridLlm;

/// <summary>
/// How long a model rests after a failure that another request would meet too. Meanwhile requests go elsewhere; a probe in the background,
/// or a Retry-After that has passed, ends the rest.
/// </summary>
public sealed class CooldownOptions
{
    /// <summary>Gets or sets the rest after the first failure; it doubles with each further one. 0 to 1 hour. Default: 2 seconds.</summary>
    public TimeSpan Initial { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets the longest rest, unless the backend asks for more. 0 to 24 hours. Default: 1 minute.</summary>
    public TimeSpan Maximum { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Gets or sets a value indicating whether a resting model is probed with a request of one token before callers are sent to it again. Default: <see langword="true"/>.
    /// </summary>
    public bool Probe { get; set; } = true;
}
