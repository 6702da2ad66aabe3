using System.Globalization;
using Spectre.Console;

namespace HybridLlm.Tool.Experiments;

/// <summary>Shows a report to people.</summary>
internal static class ExperimentTables
{
    public static void Write(IAnsiConsole console, ExperimentReport report)
    {
        if (report.Experiments.Count == 0 && report.Shadows.Count == 0)
        {
            console.WriteLine("There are no experiments (Routing:Experiments) and no mirrored requests (Routing:Shadow).");
        }

        foreach (var experiment in report.Experiments)
        {
            Write(console, experiment);
        }

        if (report.Shadows.Count > 0)
        {
            var table = new Table().Title("shadow mode").Border(TableBorder.Simple).AddColumns("candidate", "task", "answers", "failures", "agreement", "median");
            foreach (var shadow in report.Shadows)
            {
                table.AddRow(
                    Markup.Escape($"{shadow.Model} at {shadow.Provider}"), Markup.Escape(shadow.TaskType), Number(shadow.Answers), Number(shadow.Failures),
                    Share(shadow.Agreement, shadow.AgreementInterval), Milliseconds(shadow.MedianMs));
            }

            console.Write(table);
        }
    }

    private static void Write(IAnsiConsole console, ExperimentResult experiment)
    {
        var what = $"{experiment.Name} ({experiment.TaskType ?? "all tasks"}, {experiment.Metric}{(experiment.IsConfigured ? "" : ", no longer configured")})";
        var table = new Table().Title(Markup.Escape(what)).Border(TableBorder.Simple)
            .AddColumns("variant", "answers", "failures", "observed", "mean", $"minus {Markup.Escape(experiment.Control)}", "decided after", "median", "verdict");
        foreach (var variant in experiment.Variants)
        {
            table.AddRow(
                Markup.Escape(variant.Name),
                Number(variant.Answers),
                Number(variant.Failures),
                Number(variant.Observations),
                Share(variant.Mean, variant.MeanInterval),
                variant.Difference is { } difference ? $"{Points(difference.Low)} to {Points(difference.High)}" : "",
                variant.DecidedAfter is { } after ? Number(after) : "",
                Milliseconds(variant.MedianMs),
                variant.Name == experiment.Control ? "control" : Words(variant.Verdict));
        }

        console.Write(table);
        console.WriteLine(experiment.Recommendation);
        console.WriteLine();
    }

    private static string Words(ExperimentVerdict verdict) => verdict switch
    {
        ExperimentVerdict.Better => "better",
        ExperimentVerdict.BetterButSlower => "better but slower",
        ExperimentVerdict.Worse => "worse",
        _ => "undecided",
    };

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Share(double? share, ConfidenceInterval? interval) => share is { } value && interval is { } limits
        ? string.Create(CultureInfo.InvariantCulture, $"{value:0.000} ({limits.Low:0.000} to {limits.High:0.000})")
        : "";

    private static string Points(double value) => value.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture);

    private static string Milliseconds(double? value) => value is { } time ? string.Create(CultureInfo.InvariantCulture, $"{time:0} ms") : "";
}
