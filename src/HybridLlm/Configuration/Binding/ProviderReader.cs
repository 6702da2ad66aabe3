using HybridLlm.Configuration.Validation;

namespace HybridLlm.Configuration.Binding;

/// <summary>Reads a provider's options through the factory of its type, whose own keys the core does not know.</summary>
internal static class ProviderReader
{
    /// <summary>Reads the options. Values that the factory cannot convert become errors and are left out.</summary>
    public static ProviderOptions Read(ILlmProviderFactory factory, SectionCopy section, List<ConfigurationError> errors)
    {
        if (TryRead(factory, section, out var message) is { } options)
        {
            return options;
        }

        // A binder stops at the first value that does not convert. Reading each value alone finds them all.
        var found = TakeOutBadValues(factory, section, section, errors);
        if (found && TryRead(factory, section, out message) is { } rest)
        {
            return rest;
        }

        errors.Add(new(section.Path, factory.Type, $"The section does not fit the options of the type: {message}"));
        return new ProviderOptions { Type = factory.Type };
    }

    private static bool TakeOutBadValues(ILlmProviderFactory factory, SectionCopy provider, SectionCopy place, List<ConfigurationError> errors)
    {
        var found = false;
        foreach (var child in place.Children.ToArray())
        {
            if (child.Children.Count > 0)
            {
                found |= TakeOutBadValues(factory, provider, child, errors);
            }
            else if (TryRead(factory, Only(provider, child), out var message) is null)
            {
                errors.Add(ConfigurationError.Of(child.Path, child.Value, $"The provider type {factory.Type} cannot read it: {message}"));
                place.Remove(child);
                found = true;
            }
        }

        return found;
    }

    /// <summary>Makes a section that holds one value, at its place, and nothing else.</summary>
    private static SectionCopy Only(SectionCopy section, SectionCopy value)
    {
        if (ReferenceEquals(section, value))
        {
            return value;
        }

        var way = section.Children.FirstOrDefault(child =>
            ReferenceEquals(child, value) || value.Path.StartsWith(child.Path + ":", StringComparison.OrdinalIgnoreCase));
        return section.With(section.Key, way is null ? [] : [Only(way, value)]);
    }

    private static ProviderOptions? TryRead(ILlmProviderFactory factory, SectionCopy section, out string message)
    {
        try
        {
            message = "";
            return factory.ReadOptions(section);
        }
        catch (InvalidOperationException failure)
        {
            // The factory's contract: a value does not convert..
            message = failure.Message;
            return null;
        }
    }
}
