using System.Globalization;

namespace HybridLlm.Tool.Learning;

/// <summary>Reads the numbers of a text: "1,250.50" is one number.</summary>
internal static class Numbers
{
    private const int LongestNumber = 32;

    /// <summary>Reads the number that starts at a place.</summary>
    /// <returns>Where it ends.</returns>
    public static int Read(ReadOnlySpan<char> text, int start, out double value)
    {
        Span<char> digits = stackalloc char[LongestNumber];
        var length = 0;
        var hasPoint = false;
        var i = start;
        for (; i < text.Length; i++)
        {
            var c = text[i];
            var nextIsDigit = i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]);
            if (c == ',' && !hasPoint && IsGroup(text, i + 1))
            {
                continue;
            }

            if (!char.IsAsciiDigit(c) && !(c == '.' && !hasPoint && nextIsDigit))
            {
                break;
            }

            hasPoint |= c == '.';
            if (length < LongestNumber)
            {
                digits[length++] = c;
            }
        }

        value = double.Parse(digits[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        return i;
    }

    /// <summary>Reads all numbers, in order.</summary>
    public static List<double> All(ReadOnlySpan<char> text)
    {
        var numbers = new List<double>();
        for (var i = 0; i < text.Length;)
        {
            if (char.IsAsciiDigit(text[i]))
            {
                i = Read(text, i, out var value);
                numbers.Add(value);
            }
            else
            {
                i++;
            }
        }

        return numbers;
    }

    private static bool IsGroup(ReadOnlySpan<char> text, int at) =>
        at + 3 <= text.Length && char.IsAsciiDigit(text[at]) && char.IsAsciiDigit(text[at + 1]) && char.IsAsciiDigit(text[at + 2]) && (at + 3 == text.Length || !char.IsAsciiDigit(text[at + 3]));
}
