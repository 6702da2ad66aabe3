namespace HybridLlm.Metrics.Reports;

/// <summary>A column of a report.</summary>
/// <param name="Name">Its name in a file.</param>
/// <param name="Value">Its value in a row: a text, a number, a time, or <see langword="null"/> when it is not known.</param>
/// <param name="Title">Its title for people; <see langword="null"/> when it is in files only.</param>
/// <param name="Show">The value for people.</param>
internal sealed record ReportColumn<T>(string Name, Func<T, object?> Value, string? Title = null, Func<T, string>? Show = null)
{
    /// <summary>Gets a value indicating whether it holds numbers, which stand on the right.</summary>
    public bool IsNumber => Show is not null;

    /// <summary>Makes the same column of rows that have this one's rows in them.</summary>
    public ReportColumn<TOther> Of<TOther>(Func<TOther, T> part)
    {
        var show = Show;
        return new(Name, row => Value(part(row)), Title, show is null ? null : row => show(part(row)));
    }
}
