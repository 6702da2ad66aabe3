using System.Buffers;

namespace HybridLlm.Classification;

/// <summary>Tells what a line looks like.</summary>
internal static class LineForms
{
    private const int LongestExtension = 6;
    private static readonly SearchValues<char> PathEnds = SearchValues.Create(" \t,;()[]{}\"'`<>|=");
    private static readonly SearchValues<char> Operators = SearchValues.Create("=(){};:<");
    private static readonly string[] CodeStarts =
    [
        "def ", "class ", "import ", "from ", "function ", "const ", "let ", "var ", "public ", "private ", "static ", "return ", "#include", "using ", "if (", "for (", "while (",
        "select ", "insert ", "update ", "create table", "fn ", "func ", "package ", "@", "</", "<?", "<div", "$ ", "async ", "await ", "echo ", "sudo ", "docker ", "git ", "npm ", "pip ",
    ];

    /// <summary>Tells whether a line is likely source code, markup or a command.</summary>
    public static bool IsCode(ReadOnlySpan<char> line)
    {
        if (line[^1] is ';' or '{' or '}' || line.EndsWith("*/") || line.Contains("=>", StringComparison.Ordinal) && line.Contains('('))
        {
            return true;
        }

        if (!char.IsAsciiLetter(line[0]) && line[0] is not ('#' or '@' or '<' or '$'))
        {
            return line.StartsWith("//");
        }

        foreach (var start in CodeStarts)
        {
            // A sentence may start with the same word: code has an operator or a bracket behind it.
            if (line.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            {
                return line.ContainsAny(Operators) || !line.Contains(' ') || start[0] is '#' or '<' or '$';
            }
        }

        return false;
    }

    /// <summary>Tells whether a line is a frame of a stack trace, or names an error.</summary>
    public static bool IsTrace(ReadOnlySpan<char> line) =>
        (line.StartsWith("at ") && line.Contains('(') && line.Contains('.'))
        || line.StartsWith("File \"")
        || line.StartsWith("Traceback (")
        || line.StartsWith("Caused by:")
        || line.StartsWith("panic:")
        || line.Contains("Exception", StringComparison.Ordinal)
        || line.Contains("Error:", StringComparison.Ordinal)
        || line.Contains("error:", StringComparison.Ordinal);

    /// <summary>Tells whether a line is an item of a list.</summary>
    public static bool IsBullet(ReadOnlySpan<char> line) => line.Length > 2 && line[0] is '-' or '*' or '•' or '·' or '–' && line[1] == ' ';

    /// <summary>Tells whether a line is an item with a number or a letter before it.</summary>
    public static bool IsNumbered(ReadOnlySpan<char> line)
    {
        var digits = 0;
        while (digits < line.Length && digits < 3 && char.IsAsciiDigit(line[digits]))
        {
            digits++;
        }

        var mark = digits > 0 ? digits : char.IsAsciiLetter(line[0]) ? 1 : line[0] == '(' && line.Length > 3 ? 2 : 0;
        return mark > 0 && mark + 1 < line.Length && line[mark] is '.' or ')' && line[mark + 1] == ' ';
    }

    /// <summary>Counts what looks like a path or a file with an extension.</summary>
    public static int CountFiles(ReadOnlySpan<char> line)
    {
        var count = 0;
        var at = 0;
        while (at < line.Length)
        {
            var dot = line[at..].IndexOf('.');
            if (dot < 0)
            {
                break;
            }

            dot += at;
            var end = line[(dot + 1)..].IndexOfAny(PathEnds);
            end = end < 0 ? line.Length : dot + 1 + end;
            var extension = line[(dot + 1)..end].TrimEnd(".:?!*");
            if (dot > 0 && (char.IsAsciiLetterOrDigit(line[dot - 1]) || line[dot - 1] == '_') && IsExtension(extension))
            {
                count++;
            }

            at = Math.Max(end, dot + 1);
        }

        return count;
    }

    private static bool IsExtension(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > LongestExtension || !char.IsAsciiLetter(text[0]))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c))
            {
                return false;
            }
        }

        return !text.SequenceEqual("g") && !text.SequenceEqual("e") && !text.SequenceEqual("com") && !text.SequenceEqual("m");
    }
}
