using System.Globalization;
using System.Text.RegularExpressions;

namespace HybridLlm.Confidence.Estimators;

/// <summary>Does the sums again that an answer writes out: a step that does not add up spoils what follows.</summary>
internal sealed partial class ArithmeticEstimator : IConfidenceEstimator
{
    private const int MostSteps = 200;
    private const int LongestText = 20_000;

    /// <summary>Results are often rounded to what is shown.</summary>
    private const decimal RoundingShare = 0.006m;

    /// <inheritdoc/>
    public string Name => "arithmetic";

    /// <inheritdoc/>
    public ValueTask<ConfidenceSignal?> EstimateAsync(ConfidenceContext context, CancellationToken cancellationToken = default)
    {
        var text = context.Text;
        if (!text.Contains('=', StringComparison.Ordinal))
        {
            return default;
        }

        int right = 0, wrong = 0;
        string? first = null;
        foreach (var step in Step().EnumerateMatches(text.AsSpan(0, Math.Min(text.Length, LongestText))))
        {
            if (right + wrong == MostSteps)
            {
                break;
            }

            var words = text.AsSpan(step.Index, step.Length);
            if (AddsUp(words) is not { } addsUp)
            {
                continue;
            }

            right += addsUp ? 1 : 0;
            wrong += addsUp ? 0 : 1;
            first ??= addsUp ? null : words.Trim().ToString();
        }

        return (right, wrong) switch
        {
            (0, 0) => default,
            (_, 0) => new(new ConfidenceSignal(Name, 0.65, string.Create(CultureInfo.InvariantCulture, $"the {right} sums that it writes out add up"))),
            _ => new(new ConfidenceSignal(Name, 0.1, string.Create(CultureInfo.InvariantCulture, $"{wrong} of the {right + wrong} sums that it writes out do not add up, such as '{first}'"))),
        };
    }

    /// <summary>Does one sum again.</summary>
    /// <returns>Whether it adds up; <see langword="null"/> when it cannot be told.</returns>
    private static bool? AddsUp(ReadOnlySpan<char> step)
    {
        var equals = step.LastIndexOf('=');
        if (!TryNumber(step[(equals + 1)..], out var said) || !TryEvaluate(step[..equals], out var value))
        {
            return null;
        }

        // What is shown with fewer digits was rounded; whole results of whole numbers are exact.
        var tolerance = value == decimal.Truncate(value) ? 0 : Math.Max(0.51m * Unit(said), Math.Abs(value) * RoundingShare);
        return Math.Abs(value - said) <= tolerance;
    }

    private static decimal Unit(decimal number)
    {
        var unit = 1m;
        for (var digits = number.Scale; digits > 0; digits--)
        {
            unit /= 10;
        }

        return unit;
    }

    /// <summary>Evaluates numbers with + − × ÷ between them, multiplications first.</summary>
    private static bool TryEvaluate(ReadOnlySpan<char> expression, out decimal value)
    {
        decimal sum = 0, term = 0;
        value = 0;
        var sign = 1;
        var operation = '+';
        var isFirst = true;
        while (true)
        {
            var end = 0;
            while (end < expression.Length && (char.IsAsciiDigit(expression[end]) || expression[end] is '.' or ',' or ' ' or '$' or '€' or '%' || (end == 0 && expression[end] == '-')))
            {
                end++;
            }

            if (!TryNumber(expression[..end], out var number) || (operation is '/' && number == 0))
            {
                return false;
            }

            try
            {
                switch (operation)
                {
                    case '*':
                        term *= number;
                        break;
                    case '/':
                        term /= number;
                        break;
                    default:
                        sum += isFirst ? 0 : sign * term;
                        term = number;
                        sign = operation == '-' ? -1 : 1;
                        break;
                }

                isFirst = false;
                if (end == expression.Length)
                {
                    value = sum + (sign * term);
                    return true;
                }
            }
            catch (OverflowException)
            {
                // Beyond what a decimal holds, nothing is claimed.
                return false;
            }

            operation = expression[end] switch
            {
                '×' or '*' or 'x' or '·' => '*',
                '÷' or '/' => '/',
                '−' or '–' or '-' => '-',
                _ => '+',
            };
            expression = expression[(end + 1)..];
        }
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out decimal number)
    {
        text = text.Trim(" $€");
        number = 0;
        if (text.EndsWith("%", StringComparison.Ordinal))
        {
            // Percentages are as often shares as numbers of a hundred.
            return false;
        }

        var comma = text.LastIndexOf(',');
        return (comma < 0 || text.Length - comma == 4)
            && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out number);
    }

    // No letter, sign or bracket before and after: parts of larger expressions, of equations and of code are not sums. No match begins within another's
    // digits or operators, so the time grows with the length of the text alone.
    [GeneratedRegex(@"(?<![\w.,)\]^])(?<![-+*/×÷=−] ?)[$€]?\d[\d,]*(?:\.\d+)?(?: ?[-+*/×÷−–·x] ?[$€]?\d[\d,]*(?:\.\d+)?)+ ?= ?[$€]?-?\d+(?:,\d{3})*(?:\.\d+)?(?![\w^(%]|[.,]\d| ?[-+*/×÷−])", RegexOptions.CultureInvariant)]
    private static partial Regex Step();
}
