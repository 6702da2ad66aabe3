namespace HybridLlm.Metrics;

/// <summary>Collects errors of what is to be learned from, the first ones.</summary>
internal sealed class SeedErrors
{
    private const int Most = 20;
    private readonly List<SeedError> _errors = [];

    /// <summary>Gets whether there is no use in looking for more.</summary>
    public bool IsFull => _errors.Count >= Most;

    public void Add(int line, string message) => _errors.Add(new(line, message));

    /// <exception cref="SeedException">There are errors.</exception>
    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
        {
            throw new SeedException(_errors);
        }
    }
}
