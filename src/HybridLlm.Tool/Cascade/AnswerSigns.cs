using HybridLlm.Tool.Learning;

namespace HybridLlm.Tool.Cascade;

/// <summary>What can be seen of an answer without knowing the right one: whether its steps add up, where its numbers come from, and how it ends.</summary>
internal static class AnswerSigns
{
    private const string FinalMark = "####";
    private const double Tolerance = 1e-6;

    private static readonly string[] Hedges =
        ["however", "assum", "approximately", "about", "probably", "perhaps", "maybe", "might", "unclear", "not clear", "not enough", "cannot", "can't", "not possible", "impossible", "sorry", "rounded", "round ", "≈", "not specified", "doesn't", "not sure", "should be", "wait", "but "];

    private static readonly string[] Unknowns = ["let's denote", "let x", "let's say", "denote", "equation", "variable"];

    /// <summary>Reads the signs of an answer to a prompt.</summary>
    public static float[] Read(string prompt, string answer)
    {
        var text = answer.Trim();
        var steps = Arithmetic.Read(text);
        var given = Numbers.All(prompt);
        var written = Numbers.All(text);
        var mark = text.LastIndexOf(FinalMark, StringComparison.Ordinal);
        var tail = mark >= 0 ? Numbers.All(text.AsSpan(mark)) : [];
        double? final = tail.Count > 0 ? tail[0] : LastNumber(text);
        var wrong = steps.Count(step => !step.IsRight);
        var stated = steps.ConvertAll(step => step.Stated);
        var signs = new List<float>(40)
        {
            Log(text.Length),
            Log(prompt.Length),
            (float)Math.Log((1.0 + text.Length) / (1.0 + prompt.Length)),
            Log(text.AsSpan().Count('\n')),
            Log(steps.Count),
            Flag(steps.Count == 0),
            Log(wrong),
            steps.Count == 0 ? 0 : (float)wrong / steps.Count,
            Flag(steps is [.., { IsRight: false }]),
            Flag(mark >= 0),
            Flag(mark >= 0 && tail.Count == 0),
            Flag(final is null),
            Flag(IsCutOff(text)),
            Flag(CountOf(text, "<<") > CountOf(text, ">>")),
            Flag(final is { } f1 && !IsWhole(f1)),
            Flag(final is { } f2 && !IsWhole(f2 * 100)),
            Flag(final is { } f3 && f3 < 1),
            final is { } f4 ? Log(Math.Abs(f4)) : 0,
            Flag(final is { } f5 && stated.Count > 0 && Near(stated[^1], f5)),
            Flag(final is { } f6 && stated.Count > 0 && !stated.Exists(value => Near(value, f6))),
            Flag(final is { } f7 && given.Exists(value => Near(value, f7))),
            Flag(final is { } f8 && given.Count > 0 && f8 > given.Max() * 10),
            Flag(stated.Exists(value => value < 0)),
            Log(stated.Count(value => !IsWhole(value))),
            Log(stated.Count(value => !IsWhole(value * 100))),
        };
        AddSources(signs, given, steps, written);
        AddWords(signs, prompt, text);
        return [.. signs];
    }

    // Numbers of the prompt that were never used, and numbers that were used and come from nowhere, are the two marks of a problem that was misread.
    private static void AddSources(List<float> signs, List<double> given, List<Arithmetic.Step> steps, List<double> written)
    {
        var known = new List<double>(given);
        var unfounded = 0;
        foreach (var step in steps)
        {
            foreach (var operand in step.Operands)
            {
                unfounded += known.Exists(value => Near(value, operand)) ? 0 : 1;
            }

            known.Add(step.Stated);
        }

        var unused = given.Distinct().Count(value => !written.Exists(other => Near(value, other)));
        var uncalculated = given.Distinct().Count(value => !steps.Exists(step => step.Operands.Any(operand => Near(value, operand))));
        var intermediate = steps.Count(step => !written.Skip(1).Any(value => Near(value, step.Stated)));
        signs.Add(Log(unfounded));
        signs.Add(Log(unused));
        signs.Add(Log(uncalculated));
        signs.Add(given.Count == 0 ? 0 : (float)uncalculated / given.Count);
        signs.Add(Log(given.Count));
        signs.Add((float)Math.Log((1.0 + steps.Count) / (1.0 + given.Count)));
        signs.Add(Log(intermediate));
        signs.Add(Log(steps.Sum(step => step.Operands.Count)));
    }

    private static void AddWords(List<float> signs, string prompt, string text)
    {
        signs.Add(Log(Hedges.Sum(hedge => CountOf(text, hedge))));
        signs.Add(Log(Unknowns.Sum(word => CountOf(text, word))));
        signs.Add(Flag(text.Contains("However", StringComparison.OrdinalIgnoreCase)));
        signs.Add(Flag(text.Contains('≈', StringComparison.Ordinal) || text.Contains("approximately", StringComparison.OrdinalIgnoreCase)));
        signs.Add(Flag(prompt.Contains('%', StringComparison.Ordinal)));
        signs.Add(Log(CountOf(prompt, " half") + CountOf(prompt, "twice") + CountOf(prompt, "times") + CountOf(prompt, "third")));
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        signs.Add(Log(lines.Length - lines.Distinct(StringComparer.Ordinal).Count()));
    }

    private static double? LastNumber(string text) => Numbers.All(text) is [.., var last] ? last : null;

    private static bool IsCutOff(string text) => text.Length == 0 || !(char.IsAsciiDigit(text[^1]) || text[^1] is '.' or '!' or '?' or ')' or '%' or '$' or '"' or '*' or '}');

    private static bool IsWhole(double value) => Math.Abs(value - Math.Round(value)) < 1e-9 * Math.Max(1, Math.Abs(value));

    private static bool Near(double a, double b) => Math.Abs(a - b) <= Tolerance * Math.Max(1, Math.Max(Math.Abs(a), Math.Abs(b)));

    private static int CountOf(string text, string part)
    {
        var count = 0;
        for (var at = text.IndexOf(part, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(part, at + part.Length, StringComparison.OrdinalIgnoreCase))
        {
            count++;
        }

        return count;
    }

    private static float Flag(bool value) => value ? 1 : 0;

    private static float Log(double value) => (float)Math.Log(1 + Math.Min(value, 1e12));
}
