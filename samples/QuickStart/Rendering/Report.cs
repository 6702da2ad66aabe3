using System.Globalization;
using HybridLlm;
using Spectre.Console;

namespace QuickStart.Rendering;

/// <summary>Writes what happens: with colours and lines in a terminal, as plain text into a file or a pipe.</summary>
internal sealed class Report(IAnsiConsole console)
{
    private const int PlainWidth = 180;
    private const int LongestPrompt = 60;
    private const int LongestAnswer = 100;
    private readonly bool _isTerminal = console.Profile.Capabilities.Interactive;

    /// <summary>Makes a report to the standard output.</summary>
    public static Report ToConsole()
    {
        if (!Console.IsOutputRedirected)
        {
            return new(AnsiConsole.Console);
        }

        var plain = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        plain.Profile.Width = PlainWidth;
        return new(plain);
    }

    /// <summary>Begins a part of the tour.</summary>
    public void Title(string text)
    {
        console.WriteLine();
        if (_isTerminal)
        {
            console.Write(new Rule($"[bold]{Markup.Escape(text)}[/]").LeftJustified().RuleStyle("grey"));
        }
        else
        {
            console.WriteLine($"== {text} ==");
        }
    }

    /// <summary>Says something in a sentence or two.</summary>
    public void Note(string text) => console.MarkupLineInterpolated($"  [grey]{text}[/]");

    /// <summary>Tells that something takes its time.</summary>
    public void Progress(string text) => Note(text);

    /// <summary>Tells that the sample ends early, and why.</summary>
    public void Failure(string message)
    {
        console.WriteLine();
        console.MarkupLineInterpolated($"[red]QuickStart failed:[/] {message}");
    }

    /// <summary>Tells of a backend.</summary>
    public void Found(string name, string where, string what) => console.MarkupLineInterpolated($"  [green]{name}[/] {where} [grey]{what}[/]");

    /// <summary>Tells that a model answers.</summary>
    public void Ready(string model, TimeSpan after, string question, string answer) =>
        console.MarkupLine($"  {Style.Model(model)} was ready after {Style.Time(after)}. [grey]{Markup.Escape($"{question} -> {OneLine(answer, LongestAnswer)}")}[/]");

    /// <summary>Tells what became of a request: whether the answer is right, the task, the model, time, tokens per second, why this model; question and answer.</summary>
    public void Answer(string taskType, string prompt, LlmResponse response, bool? isRight)
    {
        var attempt = response.Trace.Attempts[^1];
        var verdict = isRight switch { true => "[green]right[/]", false => "[red]wrong[/]", null => "     " };
        var speed = response.Chat.Usage?.OutputTokenCount / attempt.Duration.TotalSeconds;
        console.MarkupLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {verdict} {taskType,-20} {Style.Model(response.Model, 11)} {Style.Time(attempt.Duration),8} {speed,6:0} tok/s  [grey]{Markup.Escape(PlanWords.Why(response.Trace))}[/]"));
        var question = OneLine(prompt, LongestPrompt);
        console.MarkupLineInterpolated($"        [grey]{question} ->[/] {OneLine(response.Text, Math.Min(LongestAnswer, console.Profile.Width - question.Length - 16))}");
    }

    /// <summary>Shows how the first choices moved.</summary>
    public void Moves(IReadOnlyList<RoutePlan> before, IReadOnlyList<RoutePlan> after) => Write(Tables.Moves(before, after));

    /// <summary>Shows what was measured.</summary>
    public void Performance(IEnumerable<ModelPerformance> measured) => Write(Tables.Performance(measured));

    /// <summary>Passes a piece of a stream on, as it comes.</summary>
    public void Piece(string text) => console.Write(new Text(text, new Spectre.Console.Style(decoration: Decoration.Italic)));

    /// <summary>Ends the line of pieces.</summary>
    public void EndOfPieces() => console.WriteLine();

    /// <summary>Tells that a stream broke off.</summary>
    public void Interruption(int process, StreamInterruptedException exception)
    {
        console.MarkupLineInterpolated($"  [red]Interrupted:[/] process {process} was killed. The caller gets a {nameof(StreamInterruptedException)} with the {exception.PartialText.Length} characters so far.");
    }

    /// <summary>Tells that another model answered, and what became of the first.</summary>
    public void Fallback(string what, LlmResponse response)
    {
        var total = response.Trace.Attempts.Aggregate(TimeSpan.Zero, (sum, attempt) => sum + attempt.Duration);
        console.MarkupLine($"  [green]Fallback:[/] {Markup.Escape(what)}: {Style.Model(response.Model)} answered after {Style.Time(total)}.");
        foreach (var line in PlanWords.Course(response.Trace))
        {
            Note($"  {line}");
        }

        console.MarkupLineInterpolated($"    {OneLine(response.Text, LongestAnswer * 2)}");
    }

    /// <summary>Tells that a model is back.</summary>
    public void Recovery(int process, TimeSpan after, LlmResponse response) => console.MarkupLine(
        $"  [green]Recovery:[/] after {Style.Time(after)} the server was running again as process {process}, a probe had found that it answers, and the next request went to {Style.Model(response.Model)}.");

    private void Write(Table table)
    {
        table.Border(_isTerminal ? TableBorder.Rounded : TableBorder.Markdown).BorderColor(Color.Grey);
        foreach (var column in _isTerminal ? table.Columns : [])
        {
            // So that the tables fit a terminal of 80 columns.
            column.PadLeft(0);
        }

        console.Write(table);
    }

    private static string OneLine(string text, int longest)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= longest ? line : $"{line[..Math.Max(0, longest)]}...";
    }
}
