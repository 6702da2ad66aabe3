using HybridLlm.Configuration.Validation;

namespace HybridLlm.Configuration.Binding;

/// <summary>Meets every option of an options object.</summary>
internal interface IOptionVisitor
{
    /// <summary>Meets one value.</summary>
    void Value(string path, ValueRule rule, object? value, bool isRequired);

    /// <summary>Meets a section that must be there and is not.</summary>
    void MissingSection(string path);
}

/// <summary>
/// The options of one class: their keys, what may be written, and how to read them. Checking a configuration's text, checking ranges and comparing
/// two options objects all follow this one declaration.
/// </summary>
/// <typeparam name="TOptions">The class.</typeparam>
internal sealed class OptionTable<TOptions> : SectionShape
    where TOptions : class
{
    private readonly Dictionary<string, OptionShape> _keys = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Action<TOptions, string, IOptionVisitor>> _readers = [];

    public override IReadOnlyDictionary<string, OptionShape> Keys => _keys;

    /// <summary>Declares a value. <see langword="null"/> is allowed unless it is required.</summary>
    public OptionTable<TOptions> Value<TValue>(string key, Func<TOptions, TValue> get, ValueRule rule, bool isRequired = false) =>
        Add(key, new ValueShape(rule), (options, path, visitor) => visitor.Value(path, rule, get(options), isRequired));

    /// <summary>Declares a list of values.</summary>
    public OptionTable<TOptions> Values(string key, Func<TOptions, IList<string>> get, ValueRule rule) =>
        Add(key, new ListShape(new ValueShape(rule)), (options, path, visitor) =>
        {
            var list = get(options);
            for (var i = 0; i < list.Count; i++)
            {
                visitor.Value($"{path}:{i}", rule, list[i], isRequired: true);
            }
        });

    /// <summary>Declares a section.</summary>
    public OptionTable<TOptions> Section<TSection>(string key, Func<TOptions, TSection?> get, OptionTable<TSection> table, bool isRequired = true)
        where TSection : class =>
        Add(key, table, (options, path, visitor) =>
        {
            var section = get(options);
            if (section is not null)
            {
                table.Accept(section, path, visitor);
            }
            else if (isRequired)
            {
                visitor.MissingSection(path);
            }
        });

    /// <summary>Declares a list of sections.</summary>
    public OptionTable<TOptions> List<TItem>(string key, Func<TOptions, IList<TItem>> get, OptionTable<TItem> table)
        where TItem : class =>
        Add(key, new ListShape(table), (options, path, visitor) =>
        {
            var list = get(options);
            for (var i = 0; i < list.Count; i++)
            {
                VisitItem(list[i], $"{path}:{i}", table, visitor);
            }
        });

    /// <summary>Declares sections by name.</summary>
    public OptionTable<TOptions> Map<TItem>(
        string key,
        Func<TOptions, IDictionary<string, TItem>> get,
        OptionTable<TItem> table,
        bool colonsInNames = false,
        Action<SectionCopy, SectionShape>? expand = null)
        where TItem : class =>
        Add(key, new MapShape(table, colonsInNames) { Expand = expand }, (options, path, visitor) =>
        {
            foreach (var (name, item) in get(options).OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                VisitItem(item, $"{path}:{name}", table, visitor);
            }
        });

    /// <summary>Declares a key of a feature that this version does not have.</summary>
    public OptionTable<TOptions> Unused(string key)
    {
        _keys.Add(key, new UnusedShape());
        return this;
    }

    /// <summary>Shows every option of an object to a visitor, in a fixed order.</summary>
    public void Accept(TOptions options, string path, IOptionVisitor visitor)
    {
        foreach (var reader in _readers)
        {
            reader(options, path, visitor);
        }
    }

    private static void VisitItem<TItem>(TItem? item, string path, OptionTable<TItem> table, IOptionVisitor visitor)
        where TItem : class
    {
        if (item is null)
        {
            visitor.MissingSection(path);
        }
        else
        {
            table.Accept(item, path, visitor);
        }
    }

    private OptionTable<TOptions> Add(string key, OptionShape shape, Action<TOptions, string, IOptionVisitor> reader)
    {
        _keys.Add(key, shape);
        _readers.Add((options, path, visitor) => reader(options, ConfigurationErrors.Combine(path, key), visitor));
        return this;
    }
}
