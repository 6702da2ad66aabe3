using System.Globalization;
using HybridLlm.Tool.Learning;

namespace HybridLlm.Tool.Cascade;

/// <summary>Finds the calculations that an answer writes out ("9 * $2 = $18") and does them again.</summary>
/// <remarks>
/// Units between numbers and signs are passed over ("3 hours * 10 miles/hour = 30 miles"), a chain is read link by link ("2 + 3 = 5 = 10 / 2"), and what cannot be
/// read with certainty (letters for numbers, an open bracket) is no calculation rather than a wrong one.
/// </remarks>
internal static class Arithmetic
{
    private const int MaxLength = 16_384;
    private const double RelativeTolerance = 1e-4;

    /// <summary>A calculation that was found.</summary>
    /// <param name="Operands">The numbers that it starts from.</param>
    /// <param name="Stated">What the answer says that it comes to.</param>
    /// <param name="Actual">What it comes to.</param>
    public readonly record struct Step(IReadOnlyList<double> Operands, double Stated, double Actual)
    {
        /// <summary>Gets whether the answer calculated right, as far as it was rounded.</summary>
        public bool IsRight => Math.Abs(Stated - Actual) <= Math.Max(RelativeTolerance * Math.Abs(Actual), 0.51 * Math.Pow(10, -Decimals(Stated)));
    }

    /// <summary>Reads the calculations of a text, in order.</summary>
    public static List<Step> Read(string text)
    {
        var tokens = Tokenize(text.Length <= MaxLength ? text : text[..MaxLength]);
        var steps = new List<Step>();
        var from = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Kind == '=')
            {
                var right = EndOfExpression(tokens, i + 1);
                if (Evaluate(tokens, StartOfExpression(tokens, from, i), i) is { Operands.Count: > 1 } left && Evaluate(tokens, i + 1, right) is { } stated)
                {
                    // "(6 / 12) x 100 = 50%": the sign is then a unit.
                    var inPercent = tokens[right - 1].Kind == '%' && Math.Abs((100 * stated.Value) - left.Value) < Math.Abs(stated.Value - left.Value);
                    steps.Add(new(left.Operands, inPercent ? 100 * stated.Value : stated.Value, left.Value));
                }

                from = i + 1;
            }
        }

        return steps;
    }

    private static int Decimals(double value)
    {
        var text = value.ToString("0.########", CultureInfo.InvariantCulture);
        var point = text.IndexOf('.', StringComparison.Ordinal);
        return point < 0 ? 0 : text.Length - point - 1;
    }

    private static List<ArithmeticToken> Tokenize(string text)
    {
        var tokens = new List<ArithmeticToken>();
        for (var i = 0; i < text.Length;)
        {
            var c = text[i];
            if (char.IsAsciiDigit(c) || (c == '.' && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1])))
            {
                i = Numbers.Read(text, i, out var value);
                tokens.Add(new('n', value));
                if (i < text.Length && text[i] == '%')
                {
                    tokens.Add(new('%', 0));
                    i++;
                }
            }
            else if (char.IsLetter(c))
            {
                var start = i;
                while (i < text.Length && char.IsLetter(text[i]))
                {
                    i++;
                }

                // "5S - 4": a letter at a number is an unknown, and nothing can be said of what holds one. "3x12" is not of that kind.
                var isUnknown = i - start == 1 && start > 0 && char.IsAsciiDigit(text[start - 1]) && text[start] is not ('x' or 'X');
                tokens.Add(new(isUnknown ? ';' : Word(text.AsSpan(start, i - start), tokens), 0));
            }
            else
            {
                i++;
                AddSign(tokens, c);
            }
        }

        return tokens;
    }

    private static char Word(ReadOnlySpan<char> word, List<ArithmeticToken> tokens) =>
        word is "x" or "X" && tokens is [.., { Kind: 'n' or ')' or '%' or 'w' }] ? '*'
        : word is "of" && tokens is [.., { Kind: '%' }] ? '*'
        : 'w';

    private static void AddSign(List<ArithmeticToken> tokens, char c)
    {
        switch (c)
        {
            case '+' or '-' or '/' or '=' or '(' or ')' or '*':
                tokens.Add(new(c, 0));
                break;
            case '×' or '·' or '∗':
                tokens.Add(new('*', 0));
                break;
            case '÷':
                tokens.Add(new('/', 0));
                break;
            case '−' or '–':
                tokens.Add(new('-', 0));
                break;
            case '[':
                tokens.Add(new('(', 0));
                break;
            case ']':
                tokens.Add(new(')', 0));
                break;
            case ' ' or '$' or '\\' or '\t' or '€' or '£' or '\'' or '"':
                break;
            default:
                tokens.Add(new(';', 0));
                break;
        }
    }

    private static int StartOfExpression(List<ArithmeticToken> tokens, int from, int end)
    {
        // Backwards over numbers, signs and units; a word that does not follow a number or bracket is no unit, so there the sentence ends.
        var start = end;
        while (start > from && tokens[start - 1].Kind != ';')
        {
            if (tokens[start - 1].Kind == 'w' && !IsUnit(tokens, start - 1, from))
            {
                break;
            }

            start--;
        }

        return start;
    }

    private static bool IsUnit(List<ArithmeticToken> tokens, int at, int from)
    {
        // Two words of unit at most ("3 boxes left * 4"), and "/hour".
        for (var i = at - 1; i >= Math.Max(from, at - 2); i--)
        {
            if (tokens[i].Kind is 'n' or ')' or '%' || (tokens[i].Kind == '/' && i > from))
            {
                return true;
            }

            if (tokens[i].Kind != 'w')
            {
                return false;
            }
        }

        return false;
    }

    private static int EndOfExpression(List<ArithmeticToken> tokens, int start)
    {
        var end = start;
        while (end < tokens.Count && tokens[end].Kind is 'n' or '+' or '-' or '*' or '/' or '(' or ')' or '%')
        {
            end++;
        }

        // What hangs over is the sentence's, not the calculation's: "= 5 - which is", "(2 + 3 = 5)".
        while (end > start && tokens[end - 1].Kind is not ('n' or ')' or '%'))
        {
            end--;
        }

        var open = 0;
        for (var i = start; i < end; i++)
        {
            open += tokens[i].Kind == '(' ? 1 : tokens[i].Kind == ')' ? -1 : 0;
            if (open < 0)
            {
                return i;
            }
        }

        return end;
    }

    private static Result? Evaluate(List<ArithmeticToken> tokens, int start, int end)
    {
        var expression = new List<ArithmeticToken>(end - start);
        for (var i = start; i < end; i++)
        {
            if (tokens[i].Kind == 'w')
            {
                // "miles/hour": the sign belongs to the unit.
                if (expression is [.., { Kind: '/' }])
                {
                    expression.RemoveAt(expression.Count - 1);
                }

                continue;
            }

            expression.Add(tokens[i]);
        }

        // An open bracket before the calculation belongs to the sentence: "(which is 3 * 4 = 12)".
        var open = 0;
        for (var i = expression.Count - 1; i >= 0; i--)
        {
            open += expression[i].Kind == ')' ? 1 : expression[i].Kind == '(' ? -1 : 0;
            if (open < 0)
            {
                expression.RemoveRange(0, i + 1);
                break;
            }
        }

        var parser = new ArithmeticParser(expression);
        return expression.Count > 0 && parser.Parse() is { } value && double.IsFinite(value) ? new(value, parser.Operands) : null;
    }

    private sealed record Result(double Value, List<double> Operands);
}
