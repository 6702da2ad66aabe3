namespace HybridLlm.Tool.Learning;

/// <summary>How a prompt is built, in numbers: length, layout, signs, numbers in it, and words that tell how a problem is put.</summary>
internal static class TextSigns
{
    private const double Largest = 1e12;
    private const int LongWord = 9;
    private const string Counted = "?$\\,.(\":%_";
    private const string Operators = "+-*=^";
    private const string Brackets = "{}[]";

    private static readonly string[][] Cues =
    [
        ["half", "twice", "double", "triple", "third", "quarter", "times"],
        ["percent", "percentage", "discount", "tax", "interest"],
        ["each", "every", "per"],
        ["more", "less", "fewer", "than"],
        ["remaining", "left", "rest"],
        ["total", "altogether", "sum", "combined"],
        ["average", "ratio"],
        ["if", "when"],
        ["how"],
        ["day", "days", "week", "weeks", "month", "months", "hour", "hours", "minute", "minutes", "year", "years"],
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"],
        ["all", "both"],
        ["first", "second", "then", "after", "before"],
        ["cost", "costs", "price", "dollars", "pay", "paid", "spend"],
        ["not", "except", "least", "incorrect", "false"],
        ["which", "what", "who", "where", "why"],
    ];

    private static readonly Dictionary<string, int> CueOf = Cues.SelectMany((words, cue) => words.Select(word => (word, cue))).ToDictionary(pair => pair.word, pair => pair.cue, StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the signs of a prompt.</summary>
    public static float[] Read(string prompt)
    {
        var signs = new List<float>(64);
        AddCharacters(signs, prompt);
        AddWords(signs, prompt);
        AddNumbers(signs, Numbers.All(prompt));
        return [.. signs];
    }

    private static void AddCharacters(List<float> signs, string prompt)
    {
        var text = prompt.AsSpan();
        foreach (var c in Counted)
        {
            signs.Add(Log(text.Count(c)));
        }

        var (operators, brackets, digits, lines, gaps, foreign) = (0, 0, 0, 1, 0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            operators += Operators.Contains(c, StringComparison.Ordinal) ? 1 : 0;
            brackets += Brackets.Contains(c, StringComparison.Ordinal) ? 1 : 0;
            digits += char.IsAsciiDigit(c) ? 1 : 0;
            lines += c == '\n' ? 1 : 0;
            gaps += c == ' ' && i > 0 && text[i - 1] == ' ' ? 1 : 0;
            foreign += char.IsAscii(c) ? 0 : 1;
        }

        signs.Add(Log(text.Length));
        signs.Add(Log(operators));
        signs.Add(Log(brackets));
        signs.Add((float)digits / (1 + text.Length));
        signs.Add(Log(lines));
        signs.Add(Log(gaps));
        signs.Add(Log(foreign));
        signs.Add(Flag(text is [.., '?']));
        signs.Add(Flag(text is [.., '.']));
        signs.Add(Flag(text.Length > 0 && char.IsUpper(text[0])));
        signs.Add(Flag(text.Length > 0 && char.IsWhiteSpace(text[^1])));
    }

    private static void AddWords(List<float> signs, string prompt)
    {
        var cues = new int[Cues.Length];
        var lookup = CueOf.GetAlternateLookup<ReadOnlySpan<char>>();
        var distinct = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var (words, letters, longWords, capitalized, capitals) = (0, 0, 0, 0, 0);
        for (var i = 0; i < prompt.Length; i++)
        {
            var start = i;
            var upper = 0;
            while (i < prompt.Length && char.IsLetter(prompt[i]))
            {
                upper += char.IsUpper(prompt[i++]) ? 1 : 0;
            }

            if (i == start)
            {
                continue;
            }

            var word = prompt.AsSpan(start, i - start);
            words++;
            letters += word.Length;
            longWords += word.Length >= LongWord ? 1 : 0;
            capitalized += char.IsUpper(word[0]) ? 1 : 0;
            capitals += upper == word.Length && upper > 1 ? 1 : 0;
            distinct.Add(word.ToString());
            if (lookup.TryGetValue(word, out var cue))
            {
                cues[cue]++;
            }
        }

        signs.Add(Log(words));
        signs.Add((float)letters / (1 + words));
        signs.Add((float)distinct.Count / (1 + words));
        signs.Add(Log(longWords));
        signs.Add(Log(capitalized));
        signs.Add(Log(capitals));
        signs.AddRange(cues.Select(count => Log(count)));
    }

    private static void AddNumbers(List<float> signs, List<double> numbers)
    {
        signs.Add(Log(numbers.Count));
        signs.Add(Log(numbers.Distinct().Count()));
        signs.Add(Log(numbers.Count(number => number != Math.Floor(number))));
        signs.Add(numbers.Count == 0 ? 0 : Log(numbers.Max()));
        signs.Add(numbers.Count == 0 ? 0 : (float)numbers.Average(number => Math.Log(1 + Math.Min(number, Largest))));
    }

    private static float Flag(bool value) => value ? 1 : 0;

    private static float Log(double value) => (float)Math.Log(1 + Math.Min(value, Largest));
}
