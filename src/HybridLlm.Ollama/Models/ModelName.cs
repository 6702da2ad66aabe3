namespace HybridLlm.Ollama.Models;

/// <summary>Ollama's names of models: <c>[host/][namespace/]model[:tag]</c>, compared without regard to case, with parts that may be left out.</summary>
internal static class ModelName
{
    private const string DefaultHost = "registry.ollama.ai/";
    private const string DefaultNamespace = "library/";
    private const string DefaultTag = "latest";

    /// <summary>Gets the one form of all ways to write a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The form, with a tag, in lower case.</returns>
    internal static string Normalize(string name)
    {
        var rest = name.AsSpan();
        if (rest.StartsWith(DefaultHost, StringComparison.OrdinalIgnoreCase))
        {
            rest = rest[DefaultHost.Length..];
        }

        if (rest.StartsWith(DefaultNamespace, StringComparison.OrdinalIgnoreCase))
        {
            rest = rest[DefaultNamespace.Length..];
        }

        var normal = rest.ToString().ToLowerInvariant();
        return Tag(normal).IsEmpty ? $"{normal}:{DefaultTag}" : normal;
    }

    /// <summary>Tells whether two names mean the same model.</summary>
    /// <param name="one">The one.</param>
    /// <param name="other">The other.</param>
    /// <returns>Whether they do.</returns>
    internal static bool AreSame(string one, string other) => one == other || Normalize(one) == Normalize(other);

    /// <summary>Gets the shorter form of a name whose tag may be left out.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The form; <see langword="null"/> if there is none.</returns>
    internal static string? WithoutLatest(string name) => Tag(name) is DefaultTag ? name[..^(DefaultTag.Length + 1)] : null;

    /// <summary>Tells whether the name says that Ollama passes requests on to its cloud.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Whether it does.</returns>
    internal static bool IsCloud(string name)
    {
        var tag = Tag(name);
        return tag.Equals("cloud", StringComparison.OrdinalIgnoreCase) || tag.EndsWith("-cloud", StringComparison.OrdinalIgnoreCase);
    }

    // A colon before a slash belongs to a host's port.
    private static ReadOnlySpan<char> Tag(string name)
    {
        var colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') ? name.AsSpan(colon + 1) : default;
    }
}
