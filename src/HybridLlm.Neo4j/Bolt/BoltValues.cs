namespace HybridLlm.Neo4j.Bolt;

/// <summary>Converts values between statements and the driver.</summary>
internal static class BoltValues
{
    /// <summary>Converts the parameters of a statement.</summary>
    public static Dictionary<string, object?> ToParameters(IReadOnlyDictionary<string, object?> parameters) =>
        parameters.ToDictionary(static parameter => parameter.Key, static parameter => ToValue(parameter.Value), StringComparer.Ordinal);

    /// <summary>Converts a value that came back. Lists and maps become what the Query API gives.</summary>
    public static object? FromValue(object? value) => value switch
    {
        null or bool or long or double or string => value,
        IReadOnlyDictionary<string, object?> map => map.ToDictionary(static item => item.Key, static item => FromValue(item.Value), StringComparer.Ordinal),
        IEnumerable<object?> list => list.Select(FromValue).ToArray(),
        _ => value.ToString(),
    };

    // The driver sends lists and dictionaries of its own kinds only, not whatever can be enumerated.
    private static object? ToValue(object? value) => value switch
    {
        null or bool or int or long or double or string => value,
        IReadOnlyDictionary<string, object?> map => ToParameters(map),
        IEnumerable<object?> list => list.Select(ToValue).ToList(),
        _ => throw new ArgumentException($"A parameter of a statement cannot be a {value.GetType()}.", nameof(value)),
    };
}
