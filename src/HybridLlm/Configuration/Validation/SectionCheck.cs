using HybridLlm.Configuration.Binding;
using HybridLlm.Text;

namespace HybridLlm.Configuration.Validation;

/// <summary>
/// Holds the text of a configuration to the option tables before it is bound. What does not convert becomes an error and is taken out, so that binding
/// never throws and every error is found at once. A key that nobody knows is only worth a warning.
/// </summary>
internal sealed class SectionCheck
{
    private readonly List<ConfigurationError> _errors = [];
    private readonly List<ConfigurationError> _warnings = [];

    private SectionCheck()
    {
    }

    public IReadOnlyList<ConfigurationError> Errors => _errors;

    public IReadOnlyList<ConfigurationError> Warnings => _warnings;

    /// <summary>Checks a section and takes out of it what cannot be bound.</summary>
    public static SectionCheck Run(SectionCopy section, SectionShape shape)
    {
        var check = new SectionCheck();
        check.CheckSection(section, shape);
        return check;
    }

    /// <summary>Checks one place. Returns whether it stays.</summary>
    private bool Check(SectionCopy place, OptionShape shape)
    {
        switch (shape)
        {
            case ValueShape value:
                return CheckValue(place, value.Rule);
            case ListShape list:
                return CheckList(place, list);
            case MapShape map:
                return CheckMap(place, map);
            case SectionShape section:
                return CheckSection(place, section);
            default:
                _warnings.Add(new(place.Path, place.Key, "This version does not have the feature; the section is not used."));
                return false;
        }
    }

    private bool CheckValue(SectionCopy place, ValueRule rule)
    {
        if (place.Children.Count > 0)
        {
            _errors.Add(new(place.Path, "a list or section", rule.Remedy));
            return false;
        }

        // An empty value is how one source of configuration takes back what another one says.
        if (string.IsNullOrWhiteSpace(place.Value))
        {
            return false;
        }

        if (rule.Converts(place.Value))
        {
            return true;
        }

        _errors.Add(ConfigurationError.Of(place.Path, place.Value, rule.Remedy));
        return false;
    }

    private bool CheckList(SectionCopy place, ListShape list)
    {
        if (!TakeOutValue(place, "Write a list, such as [ \"one\", \"two\" ]."))
        {
            return false;
        }

        foreach (var item in place.Children.ToArray())
        {
            // An empty text in a list stays, for the range check to report: nothing can have been meant by it.
            var isEmptyText = item is { Children.Count: 0, Value: not null } && item.Value.Trim().Length == 0 && list.Item is ValueShape;
            if (!isEmptyText && !Check(item, list.Item))
            {
                place.Remove(item);
            }
        }

        return true;
    }

    private bool CheckMap(SectionCopy place, MapShape map)
    {
        if (!TakeOutValue(place, "Write a section with one named section for each."))
        {
            return false;
        }

        if (place.Children.Count > 0 && place.Children.Select((child, i) => (child, i)).All(pair => pair.child.Key == pair.i.ToString("D", null)))
        {
            _errors.Add(new(place.Path, "a list", "Write a section with one named section for each, such as { \"name\": { … } }, instead of a list."));
            return false;
        }

        map.Expand?.Invoke(place, map.Item);
        if (map.ColonsInNames)
        {
            NamesWithColons.Join(place, map.Item);
        }

        foreach (var child in place.Children)
        {
            CheckSection(child, map.Item);
        }

        return true;
    }

    private bool CheckSection(SectionCopy place, SectionShape section)
    {
        TakeOutValue(place, $"Write a section with the keys {string.Join(", ", section.Keys.Keys)}.");
        foreach (var child in place.Children.ToArray())
        {
            if (section.Keys.TryGetValue(child.Key, out var shape))
            {
                if (!Check(child, shape))
                {
                    place.Remove(child);
                }
            }
            else
            {
                WarnOfUnknownKey(child, section);
            }
        }

        return true;
    }

    private void WarnOfUnknownKey(SectionCopy child, SectionShape section)
    {
        var nearest = NearestName.Find(child.Key, section.Keys.Keys);
        if (nearest is not null)
        {
            _warnings.Add(new(child.Path, child.Key, section.HasFurtherKeys
                ? $"The key is not one that all providers have. Did you mean '{nearest}'?"
                : $"The key is not known and is not used. Did you mean '{nearest}'?"));
        }
        else if (!section.HasFurtherKeys)
        {
            _warnings.Add(new(child.Path, child.Key, $"The key is not known and is not used. Known keys: {string.Join(", ", section.Keys.Keys)}."));
        }
    }

    /// <summary>Reports a value where a list or section belongs and takes it out. Returns whether the place was fit to begin with.</summary>
    private bool TakeOutValue(SectionCopy place, string remedy)
    {
        var value = place.Value;
        place.Value = null;
        if (string.IsNullOrWhiteSpace(value))
        {
            return true;
        }

        _errors.Add(ConfigurationError.Of(place.Path, value, remedy));
        return place.Children.Count > 0;
    }
}
