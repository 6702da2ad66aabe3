using System.Globalization;
using Spectre.Console;

namespace QuickStart.Rendering;

/// <summary>How models and times look, as markup.</summary>
internal static class Style
{
    /// <summary>A model's name, filled up to a width.</summary>
    public static string Model(string name, int width = 0)
    {
        var colour = name switch { "tiny-fast" => "deepskyblue1", "tiny-smart" => "orange1", _ => "mediumpurple1" };
        return $"[{colour}]{Markup.Escape(name.PadRight(width))}[/]";
    }

    /// <summary>A time: milliseconds below a second.</summary>
    public static string Time(TimeSpan time) => time < TimeSpan.FromSeconds(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");
}
