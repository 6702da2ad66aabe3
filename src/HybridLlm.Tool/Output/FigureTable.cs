using System.Globalization;
using HybridLlm.Tool.Metrics;
using Spectre.Console;

namespace HybridLlm.Tool.Output;

/// <summary>A table of figures, each with what it says.</summary>
internal sealed class FigureTable
{
    private readonly Table _table = new Table().Border(TableBorder.Simple).HideHeaders().AddColumns("what", "figure");

    /// <summary>Formats a share of 1.</summary>
    public static string Share(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>Formats a share of 100.</summary>
    public static string Percent(double value) => (100 * value).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    /// <summary>Adds a text.</summary>
    public void Add(string what, string figure) => _table.AddRow(Markup.Escape(what), Markup.Escape(figure));

    /// <summary>Adds a number.</summary>
    public void Add(string what, int number) => Add(what, number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds a share, if it is known.</summary>
    public void Add(string what, double? share, Interval? interval = null)
    {
        if (share is { } value)
        {
            Add(what, interval is null ? Share(value) : $"{Share(value)}  ({Share(interval.Low)} to {Share(interval.High)})");
        }
    }

    /// <summary>Adds how long it took.</summary>
    public void AddSeconds(double seconds) => Add("time", seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s");

    /// <summary>Shows the table.</summary>
    public void Write(IAnsiConsole console) => console.Write(_table);
}
