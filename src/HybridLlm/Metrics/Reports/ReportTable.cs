using System.Globalization;
using System.Text;

namespace HybridLlm.Metrics.Reports;

/// <summary>A report as rows and columns, from which its texts are made.</summary>
internal sealed class ReportTable
{
    private ReportTable(IReadOnlyList<string> names, IReadOnlyList<object?[]> values, IReadOnlyList<(string Title, bool IsNumber)> columns, IReadOnlyList<string[]> rows)
    {
        Names = names;
        Values = values;
        Columns = columns;
        Rows = rows;
    }

    /// <summary>Gets the names of all columns, for files.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Gets the values, for files.</summary>
    public IReadOnlyList<object?[]> Values { get; }

    /// <summary>Gets the columns for people.</summary>
    public IReadOnlyList<(string Title, bool IsNumber)> Columns { get; }

    /// <summary>Gets the cells for people.</summary>
    public IReadOnlyList<string[]> Rows { get; }

    /// <summary>Makes a table.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="rows">The rows of a file.</param>
    /// <param name="people">The rows that people get; <see langword="null"/> for the same. Theirs may have totals, which in a file would be counted twice.</param>
    public static ReportTable Of<T>(IReadOnlyList<ReportColumn<T>> columns, IReadOnlyList<T> rows, IReadOnlyList<T>? people = null)
    {
        var shown = columns.Where(static column => column.Title is not null).ToList();
        return new(
            [.. columns.Select(static column => column.Name)],
            [.. rows.Select(row => columns.Select(column => column.Value(row)).ToArray())],
            [.. shown.Select(static column => (column.Title!, column.IsNumber))],
            [.. (people ?? rows).Select(row => shown.Select(column => column.Show?.Invoke(row) ?? column.Value(row)?.ToString() ?? "–").ToArray())]);
    }

    /// <summary>Returns the values as RFC 4180 says.</summary>
    public string ToCsv()
    {
        var text = new StringBuilder();
        AppendLine(text, Names);
        foreach (var row in Values)
        {
            AppendLine(text, row.Select(CsvCell));
        }

        return text.ToString();
    }

    /// <summary>Returns what people see as a table of Markdown.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        AppendRow(text, Columns.Select(static column => column.Title));
        AppendRow(text, Columns.Select(static column => column.IsNumber ? "---:" : "---"));
        foreach (var row in Rows)
        {
            AppendRow(text, row.Select(MarkdownCell));
        }

        return text.ToString();
    }

    private static void AppendLine(StringBuilder text, IEnumerable<string> cells) => text.AppendJoin(',', cells).Append("\r\n");

    private static void AppendRow(StringBuilder text, IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static string CsvCell(object? value) => value switch
    {
        null => "",
        string words => CsvText(words),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        IFormattable other => CsvText(other.ToString(null, CultureInfo.InvariantCulture)),
        _ => CsvText(value.ToString() ?? ""),
    };

    /// <summary>A text that a spreadsheet would take for a formula gets an apostrophe: the names of models and tasks come from outside.</summary>
    private static string CsvText(string words)
    {
        if (words.Length > 0 && words[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠')
        {
            words = "'" + words;
        }

        return words.AsSpan().IndexOfAny("\",\r\n") >= 0 || words.AsSpan().Trim().Length != words.Length ? $"\"{words.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : words;
    }

    private static string MarkdownCell(string words)
    {
        var text = new StringBuilder(words.Length);
        foreach (var character in words)
        {
            _ = character switch
            {
                '\\' or '|' or '`' or '*' or '[' or ']' or '~' => text.Append('\\').Append(character),
                '<' => text.Append("&lt;"),
                '&' => text.Append("&amp;"),
                '\r' or '\n' => text.Append(' '),
                _ => text.Append(character),
            };
        }

        return text.ToString();
    }
}
