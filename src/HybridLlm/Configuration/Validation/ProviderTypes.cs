using System.Collections.Frozen;
using HybridLlm.Text;

namespace HybridLlm.Configuration.Validation;

/// <summary>The registered provider types, and what to do about one that is not registered.</summary>
internal sealed class ProviderTypes
{
    /// <summary>The types of HybridLlm's own packages: the package and the method that registers the type.</summary>
    private static readonly FrozenDictionary<string, (string Package, string Method)> Published =
        new Dictionary<string, (string, string)>
        {
            ["LmStudio"] = ("HybridLlm.LmStudio", "AddLmStudio"),
            ["Ollama"] = ("HybridLlm.Ollama", "AddOllama"),
            ["LlamaCpp"] = ("HybridLlm.LlamaCpp", "AddLlamaCpp"),
            ["OpenAICompatible"] = ("HybridLlm.OpenAICompatible", "AddOpenAICompatible"),
            ["Vllm"] = ("HybridLlm.OpenAICompatible", "AddVllm"),
            ["HuggingFace"] = ("HybridLlm.OpenAICompatible", "AddHuggingFace"),
            ["Gemini"] = ("HybridLlm.OpenAICompatible", "AddGemini"),
        }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, ILlmProviderFactory> _factories = new(StringComparer.OrdinalIgnoreCase);

    public ProviderTypes(IEnumerable<ILlmProviderFactory> factories)
    {
        foreach (var factory in factories)
        {
            // As everywhere in dependency injection the last registration wins.
            _factories[factory.Type] = factory;
        }
    }

    private string Registered => _factories.Count == 0 ? "none is" : string.Join(", ", _factories.Keys.Order(StringComparer.OrdinalIgnoreCase));

    public ILlmProviderFactory? Find(string? type) => type is not null && _factories.TryGetValue(type, out var factory) ? factory : null;

    /// <summary>Says what to do when a provider says no type.</summary>
    public string RemedyForMissing() => $"Write the type of the backend, such as \"LlamaCpp\". Registered types: {Registered}.";

    /// <summary>Says what to do about a type that is not registered.</summary>
    public string RemedyForUnknown(string type) =>
        Published.TryGetValue(type, out var published)
            ? $"The type is not registered: reference the package {published.Package} and call .{published.Method}() on what AddHybridLlm() returns. Registered types: {Registered}."
            : $"There is no such type.{NearestName.Hint(type, _factories.Keys.Concat(Published.Keys).Distinct(StringComparer.OrdinalIgnoreCase))} Registered types: {Registered}.";
}
