using System.Globalization;

namespace HybridLlm.Neo4j.Cypher;

/// <summary>What a statement returned.</summary>
/// <param name="Fields">The names of the columns.</param>
/// <param name="Rows">The rows; values are null, bool, long, double, string, lists (<c>object?[]</c>) and maps (<c>Dictionary&lt;string, object?&gt;</c>).</param>
/// <param name="Notes">What the server has to say about the statement, such as that it is deprecated.</param>
/// <remarks>
/// A statement returns floating-point numbers as text, by <c>toString()</c>: in a plain answer the server writes a number that a single-precision float holds exactly the way
/// Java writes such a float, 165988.125 as <c>165988.12</c>; typed answers are right but ten times as long.
/// </remarks>
internal sealed record CypherResult(IReadOnlyList<string> Fields, IReadOnlyList<object?[]> Rows, IReadOnlyList<CypherNote> Notes)
{
    /// <summary>Reads the value of the first row's first column as a whole number.</summary>
    public long Count => Rows is [[long count, ..], ..] ? count : 0;

    /// <summary>Reads a number that was returned as text, or that somebody else stored as an integer.</summary>
    /// <returns>The number; <see langword="null"/> when it is none.</returns>
    public static double? ToDouble(object? value) => value switch
    {
        string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        double number => number,
        long whole => whole,
        _ => null,
    };
}
