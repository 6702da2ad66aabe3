namespace HybridLlm.LlamaCpp.Tests.Doubles;

/// <summary>Takes configuration errors.</summary>
internal sealed class CollectedErrors : IConfigurationErrors
{
    public List<(string Key, object? Value, string Remedy)> Errors { get; } = [];

    public void Add(string key, object? value, string remedy) => Errors.Add((key, value, remedy));
}
