using HybridLlm.Text;

namespace HybridLlm.Configuration.Binding;

/// <summary>
/// Writes the short form of an experiment's variants out in full: <c>"phi-4": 0.5</c> is the variant <c>phi-4</c> with the model <c>phi-4</c> and the weight 0.5. Names
/// may hold colons, which the configuration takes for levels.
/// </summary>
internal static class VariantNames
{
    /// <summary>Replaces the variants of a place by full ones with whole names.</summary>
    public static void Expand(SectionCopy place, SectionShape variant)
    {
        foreach (var child in place.Children.ToArray())
        {
            place.Remove(child);
            Add(place, child, child.Key, variant);
        }
    }

    private static void Add(SectionCopy place, SectionCopy section, string name, SectionShape variant)
    {
        if (section.Children.Count == 0 && !string.IsNullOrWhiteSpace(section.Value))
        {
            var full = new SectionCopy(name, section.Path, null);
            full.Add(new(nameof(VariantOptions.Weight), section.Path, section.Value));
            full.Add(new(nameof(VariantOptions.Model), section.Path, name));
            place.Add(full);
            return;
        }

        // A variant may have keys of its own beside a longer name that begins alike. What is nearly one of its keys is a slip to be warned of.
        var inner = section.Children
            .Where(child => !variant.Keys.ContainsKey(child.Key) && NearestName.Find(child.Key, variant.Keys.Keys) is null)
            .ToArray();
        if (inner.Length < section.Children.Count || section.Children.Count == 0)
        {
            place.Add(section.With(name, section.Children.Except(inner)));
        }

        foreach (var child in inner)
        {
            Add(place, child, $"{name}:{child.Key}", variant);
        }
    }
}
