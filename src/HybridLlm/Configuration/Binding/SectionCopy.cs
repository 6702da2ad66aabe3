using HybridLlm.Configuration.Validation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace HybridLlm.Configuration.Binding;

/// <summary>
/// A copy of a configuration section as it is at one moment. Binding reads this copy, so that checking and binding see the same values even while
/// a file is being reloaded, and so that values that do not convert can be taken out first. Unlike the original it is a tree, in which a key may
/// hold a colon: <c>mistral:7b</c> is one key here.
/// </summary>
internal sealed class SectionCopy(string key, string path, string? value) : IConfigurationSection
{
    private static readonly CancellationChangeToken Unchanging = new(CancellationToken.None);

    private readonly List<SectionCopy> _children = [];

    public string Key { get; } = key;

    public string Path { get; } = path;

    /// <summary>Gets or sets the value. Only a check that takes a bad value out sets it.</summary>
    public string? Value { get; set; } = value;

    public IReadOnlyList<SectionCopy> Children => _children;

    public string? this[string key]
    {
        get => Find(key)?.Value;
        set => throw new NotSupportedException("This is a copy of a configuration; change the configuration itself.");
    }

    /// <summary>Copies a section with everything below it.</summary>
    public static SectionCopy Of(IConfiguration configuration)
    {
        var section = configuration as IConfigurationSection;
        var copy = new SectionCopy(section?.Key ?? "", section?.Path ?? "", section?.Value);
        foreach (var child in configuration.GetChildren())
        {
            copy._children.Add(Of(child));
        }

        return copy;
    }

    public IConfigurationSection GetSection(string key) => Find(key) ?? new SectionCopy(key, ConfigurationErrors.Combine(Path, key), null);

    public IEnumerable<IConfigurationSection> GetChildren() => _children;

    public IChangeToken GetReloadToken() => Unchanging;

    public void Remove(SectionCopy child) => _children.Remove(child);

    public void Add(SectionCopy child) => _children.Add(child);

    /// <summary>Makes a copy under another key, with only some of the children.</summary>
    public SectionCopy With(string newKey, IEnumerable<SectionCopy> children)
    {
        var copy = new SectionCopy(newKey, Path, Value);
        copy._children.AddRange(children);
        return copy;
    }

    /// <summary>Compares keys and values all the way down.</summary>
    public bool HasSameContent(SectionCopy? other) =>
        other is not null
        && string.Equals(Value, other.Value, StringComparison.Ordinal)
        && _children.Count == other._children.Count
        && _children.All(child => child.HasSameContent(other._children.Find(c => c.Key.Equals(child.Key, StringComparison.Ordinal))));

    /// <summary>Finds a section below this one: a child of that very name, else down a path of names.</summary>
    public SectionCopy? Find(string key)
    {
        foreach (var child in _children)
        {
            if (child.Key.Equals(key, StringComparison.OrdinalIgnoreCase))
            {
                return child;
            }
        }

        foreach (var child in _children)
        {
            if (key.Length > child.Key.Length
                && key[child.Key.Length] == ':'
                && key.StartsWith(child.Key, StringComparison.OrdinalIgnoreCase)
                && child.Find(key[(child.Key.Length + 1)..]) is { } found)
            {
                return found;
            }
        }

        return null;
    }
}
