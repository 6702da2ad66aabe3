using System.Security.Cryptography;
using System.Text;

namespace HybridLlm.Testing.Ollama;

/// <summary>A model on the disk, under one of its names.</summary>
/// <param name="Name">The name as lists show it, with its tag.</param>
/// <param name="Model">What it is.</param>
/// <param name="Modified">When it came.</param>
internal sealed record OllamaModel(string Name, SimulatedModel Model, DateTimeOffset Modified)
{
    private const string Registry = "registry.ollama.ai/";
    private const string Library = "library/";

    /// <summary>Gets the digest of the weights: names that share them share the runner.</summary>
    public string Digest { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Model.Name)));

    /// <summary>Gets the name as errors show it.</summary>
    public string FullName => Name.Contains('/', StringComparison.Ordinal) ? Registry + Name : Registry + Library + Name;

    /// <summary>Returns the one form of a name that stands for all: in lower case, with a tag, without the default registry.</summary>
    public static string Canonical(string name)
    {
        name = name.ToLowerInvariant();
        name = name.StartsWith(Registry, StringComparison.Ordinal) ? name[Registry.Length..] : name;
        name = name.StartsWith(Library, StringComparison.Ordinal) ? name[Library.Length..] : name;
        return name.LastIndexOf(':') > name.LastIndexOf('/') ? name : name + ":latest";
    }
}
