using Microsoft.Extensions.Configuration;

namespace HybridLlm.Configuration.Validation;

/// <summary>Collects errors below one path. Collectors made by <see cref="At"/> write into the same list.</summary>
internal sealed class ConfigurationErrors : IConfigurationErrors
{
    private readonly List<ConfigurationError> _errors;

    public ConfigurationErrors(string path)
        : this(path, [])
    {
    }

    private ConfigurationErrors(string path, List<ConfigurationError> errors)
    {
        Path = path;
        _errors = errors;
    }

    /// <summary>Gets the path that keys are relative to.</summary>
    public string Path { get; }

    /// <summary>Gets the errors as lines for people, sorted, each once.</summary>
    public IReadOnlyList<string> ToLines() => [.. _errors.Select(e => e.ToString()).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Gets a collector for a place further down.</summary>
    public ConfigurationErrors At(params ReadOnlySpan<string> keys)
    {
        var path = Path;
        foreach (var key in keys)
        {
            path = Combine(path, key);
        }

        return new(path, _errors);
    }

    public void Add(string key, object? value, string remedy) => _errors.Add(ConfigurationError.Of(Combine(Path, key), value, remedy));

    /// <summary>Says whether something is wrong with a key already, so that a second complaint about the same value can be left out.</summary>
    public bool Has(string key) => _errors.Exists(error => error.Path.Equals(Combine(Path, key), StringComparison.Ordinal));

    public void AddRange(IEnumerable<ConfigurationError> errors) => _errors.AddRange(errors);

    /// <summary>Puts a path together; either part may be empty.</summary>
    public static string Combine(string path, string key) =>
        path.Length == 0 ? key : key.Length == 0 ? path : path + ConfigurationPath.KeyDelimiter + key;
}
