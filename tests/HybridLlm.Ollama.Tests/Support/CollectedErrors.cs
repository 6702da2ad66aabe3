namespace HybridLlm.Ollama.Tests.Support;

internal sealed class CollectedErrors : IConfigurationErrors
{
    internal List<(string Key, string Remedy)> Errors { get; } = [];

    public void Add(string key, object? value, string remedy) => Errors.Add((key, remedy));
}
