namespace HybridLlm.Configuration.Binding;

/// <summary>What may stand at one place of the configuration.</summary>
internal abstract class OptionShape;

/// <summary>A single value.</summary>
internal sealed class ValueShape(ValueRule rule) : OptionShape
{
    public ValueRule Rule { get; } = rule;
}

/// <summary>A list.</summary>
internal sealed class ListShape(OptionShape item) : OptionShape
{
    public OptionShape Item { get; } = item;
}

/// <summary>Sections by names that the user makes up.</summary>
/// <param name="item">The shape of each section.</param>
/// <param name="colonsInNames">Whether names may hold colons, as in <c>mistral:7b</c>, which the configuration takes for levels.</param>
internal sealed class MapShape(SectionShape item, bool colonsInNames) : OptionShape
{
    public SectionShape Item { get; } = item;

    public bool ColonsInNames { get; } = colonsInNames;

    /// <summary>Gets what writes short forms out in full before they are checked; <see langword="null"/> where there are none.</summary>
    public Action<SectionCopy, SectionShape>? Expand { get; init; }
}

/// <summary>A section that belongs to a feature this version does not have.</summary>
internal sealed class UnusedShape : OptionShape;

/// <summary>A section with known keys.</summary>
internal abstract class SectionShape : OptionShape
{
    /// <summary>Gets the keys, without regard to case.</summary>
    public abstract IReadOnlyDictionary<string, OptionShape> Keys { get; }

    /// <summary>Gets whether there are further keys that somebody else knows: those of a provider's type.</summary>
    public bool HasFurtherKeys { get; init; }
}
