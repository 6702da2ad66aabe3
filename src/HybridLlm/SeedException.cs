namespace HybridLlm;

/// <summary>What the router was to learn from has errors; nothing was learned.</summary>
public sealed class SeedException : HybridLlmException
{
    /// <summary>Initializes a new instance of the <see cref="SeedException"/> class.</summary>
    /// <param name="errors">The errors, the first ones of them.</param>
    public SeedException(IReadOnlyList<SeedError> errors)
        : base($"Nothing was learned, because there are errors:{Environment.NewLine}{string.Join(Environment.NewLine, errors)}") => Errors = errors;

    /// <summary>Gets the errors, at most 20.</summary>
    public IReadOnlyList<SeedError> Errors { get; }
}
