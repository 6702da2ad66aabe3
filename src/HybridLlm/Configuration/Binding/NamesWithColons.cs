namespace HybridLlm.Configuration.Binding;

/// <summary>
/// Puts names with a colon back together. The configuration system takes the colon in <c>"mistral:7b": { … }</c> for a level, so the model arrives as a
/// section <c>7b</c> inside a section <c>mistral</c>, beside the keys of a model named <c>mistral</c> if there is one.
/// </summary>
internal static class NamesWithColons
{
    /// <summary>The key that every model has and no part of a model has.</summary>
    private const string Mark = nameof(ModelOptions.Provider);

    /// <summary>Replaces the children of a place by ones with whole names.</summary>
    /// <param name="place">The place.</param>
    /// <param name="item">What each child holds.</param>
    public static void Join(SectionCopy place, SectionShape item)
    {
        foreach (var child in place.Children.ToArray())
        {
            place.Remove(child);
            AddWithWholeName(place, child, child.Key, item);
        }
    }

    private static void AddWithWholeName(SectionCopy place, SectionCopy section, string name, SectionShape item)
    {
        var isItemItself = section.Children.Any(child => item.Keys.ContainsKey(child.Key)) || section.Value is { Length: > 0 };
        var inner = section.Children
            .Where(child => !item.Keys.ContainsKey(child.Key) && (isItemItself ? IsMarked(child, item) : HoldsItem(child, item)))
            .ToArray();
        if (isItemItself || inner.Length == 0)
        {
            place.Add(section.With(name, section.Children.Except(inner)));
        }

        foreach (var child in inner)
        {
            AddWithWholeName(place, child, $"{name}:{child.Key}", item);
        }
    }

    /// <summary>Beside the keys of an item, only what certainly is another item is taken for one: everything else is a slip to be warned of.</summary>
    private static bool IsMarked(SectionCopy section, SectionShape item) =>
        section.Children.Any(child => child.Key.Equals(Mark, StringComparison.OrdinalIgnoreCase) || (!item.Keys.ContainsKey(child.Key) && IsMarked(child, item)));

    private static bool HoldsItem(SectionCopy section, SectionShape item) =>
        section.Children.Any(child => item.Keys.ContainsKey(child.Key) || HoldsItem(child, item));
}
