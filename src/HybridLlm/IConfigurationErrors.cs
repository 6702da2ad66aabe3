namespace HybridLlm;

/// <summary>Takes the errors that a check of the configuration finds.</summary>
public interface IConfigurationErrors
{
    /// <summary>Adds an error.</summary>
    /// <param name="key">The key below the section being checked, such as <c>Endpoint</c> or <c>Timeouts:Total</c>; empty for the section itself.</param>
    /// <param name="value">The bad value as it was written; <see langword="null"/> when it is missing.</param>
    /// <param name="remedy">What is wrong and what to write instead, in a sentence.</param>
    void Add(string key, object? value, string remedy);
}
