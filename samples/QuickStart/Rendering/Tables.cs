using System.Globalization;
using HybridLlm;
using Spectre.Console;

namespace QuickStart.Rendering;

/// <summary>Lays out the tables.</summary>
internal static class Tables
{
    /// <summary>The first choice of each task type in two plans.</summary>
    public static Table Moves(IReadOnlyList<RoutePlan> before, IReadOnlyList<RoutePlan> after)
    {
        var table = new Table().AddColumns("task", "before", "after", "", "why");
        foreach (var column in table.Columns.SkipLast(1))
        {
            column.NoWrap();
        }

        foreach (var (old, @new) in before.Zip(after))
        {
            var (from, to) = (old.Routes[0].Model.Name, @new.Routes[0].Model.Name);
            table.AddRow(
                @new.Profile.TaskType, Style.Model(from), Style.Model(to), from == to ? "[grey]stays[/]" : "[bold green]moved[/]", Markup.Escape(PlanWords.WhyFirst(@new)));
        }

        return table;
    }

    /// <summary>What was measured of each model at each task type.</summary>
    public static Table Performance(IEnumerable<ModelPerformance> measured)
    {
        var table = new Table().AddColumns("task", "model", "calls", "good", "rating", "median", "first", "tok/s");
        foreach (var column in table.Columns)
        {
            column.NoWrap();
        }

        foreach (var column in table.Columns.Skip(2))
        {
            column.RightAligned();
        }

        foreach (var p in measured.OrderBy(p => p.TaskType, StringComparer.Ordinal).ThenBy(p => p.Model, StringComparer.Ordinal))
        {
            table.AddRow(
                p.TaskType, Style.Model(p.Model), Number(p.Total), Share(p.SuccessRate), p.Rating is { } rating ? Share(rating) : "", Milliseconds(p.LatencyP50Ms),
                Milliseconds(p.TimeToFirstTokenMs), Number(p.TokensPerSecond));
        }

        return table;
    }

    private static string Share(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:P0}");

    private static string Milliseconds(double value) => value > 0 ? Style.Time(TimeSpan.FromMilliseconds(value)) : "";

    private static string Number(double value) => value > 0 ? string.Create(CultureInfo.InvariantCulture, $"{value:0}") : "";
}
