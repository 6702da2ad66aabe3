namespace HybridLlm;

/// <summary>What is wrong with one line of a file to learn from.</summary>
/// <param name="Line">The number of the line, or of the outcome, from 1.</param>
/// <param name="Message">What is wrong, and what to write instead.</param>
public sealed record SeedError(int Line, string Message)
{
    /// <summary>Returns the error in words.</summary>
    /// <returns>The words.</returns>
    public override string ToString() => $"line {Line}: {Message}";
}
