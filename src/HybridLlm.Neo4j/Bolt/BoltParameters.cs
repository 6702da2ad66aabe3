namespace HybridLlm.Neo4j.Bolt;

/// <summary>Converts the parameters of a statement: the driver sends lists and dictionaries of its own kinds only, not whatever can be enumerated.</summary>
internal static class BoltParameters
{
    /// <summary>Converts parameters.</summary>
    /// <exception cref="ArgumentException">A value is of a type that no statement uses, or not a number.</exception>
    public static Dictionary<string, object?> From(IReadOnlyDictionary<string, object?> parameters) =>
        parameters.ToDictionary(static parameter => parameter.Key, static parameter => From(parameter.Value), StringComparer.Ordinal);

    private static object? From(object? value) => value switch
    {
        null or bool or int or long or string => value,
        double number => double.IsFinite(number) ? number : throw new ArgumentException("A parameter of a statement must be a finite number.", nameof(value)),
        IReadOnlyDictionary<string, object?> map => From(map),
        IEnumerable<object?> list => list.Select(From).ToList(),
        _ => throw new ArgumentException($"A parameter of a statement cannot be a {value.GetType()}.", nameof(value)),
    };
}
