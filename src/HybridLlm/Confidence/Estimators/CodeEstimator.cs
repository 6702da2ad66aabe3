using System.Globalization;

namespace HybridLlm.Confidence.Estimators;

/// <summary>Sees code that was left unfinished: a fence that never closes, brackets that do not match.</summary>
internal sealed class CodeEstimator : IConfidenceEstimator
{
    private const int DeepestNesting = 256;

    /// <inheritdoc/>
    public string Name => "code";

    /// <inheritdoc/>
    public ValueTask<ConfidenceSignal?> EstimateAsync(ConfidenceContext context, CancellationToken cancellationToken = default)
    {
        var text = context.Text;
        if (!text.Contains("```", StringComparison.Ordinal))
        {
            return default;
        }

        var isOpen = false;
        int blocks = 0, unbalanced = 0, start = 0, position = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var next = position + line.Length;
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                if (isOpen)
                {
                    blocks++;
                    unbalanced += IsBalanced(text.AsSpan(start, Math.Max(0, position - start))) ? 0 : 1;
                }

                isOpen = !isOpen;
                start = Math.Min(next, text.Length);
            }

            // A line break is one or two characters.
            position = next + (next + 1 < text.Length && text[next] == '\r' && text[next + 1] == '\n' ? 2 : 1);
        }

        return isOpen ? Signal(0.2, "a code block is never closed")
            : unbalanced > 0 ? Signal(0.3, string.Create(CultureInfo.InvariantCulture, $"in {unbalanced} of {blocks} code blocks the brackets do not match"))
            : default;
    }

    /// <summary>Matches brackets outside of strings and of comments to the end of a line, as most languages write them.</summary>
    private static bool IsBalanced(ReadOnlySpan<char> code)
    {
        Span<char> open = stackalloc char[DeepestNesting];
        var depth = 0;
        for (var i = 0; i < code.Length; i++)
        {
            switch (code[i])
            {
                case '"':
                    i = EndOfString(code, i);
                    break;
                case '/' when i + 1 < code.Length && code[i + 1] == '/' && (i == 0 || code[i - 1] != ':'):
                case '#' when i == 0 || char.IsWhiteSpace(code[i - 1]):
                    i += Math.Max(0, code[i..].IndexOf('\n'));
                    break;
                case '\'' when i + 2 < code.Length && code[i + 2] == '\'':
                    i += 2;
                    break;
                case '(' or '[' or '{':
                    if (depth == DeepestNesting)
                    {
                        return true;
                    }

                    open[depth++] = code[i];
                    break;
                case ')' or ']' or '}':
                    if (depth == 0 || open[--depth] != OpeningOf(code[i]))
                    {
                        return false;
                    }

                    break;
            }
        }

        return depth == 0;
    }

    private static char OpeningOf(char closing) => closing switch
    {
        ')' => '(',
        ']' => '[',
        _ => '{',
    };

    private static int EndOfString(ReadOnlySpan<char> code, int start)
    {
        for (var i = start + 1; i < code.Length && code[i] != '\n'; i++)
        {
            if (code[i] == '\\')
            {
                i++;
            }
            else if (code[i] == '"')
            {
                return i;
            }
        }

        return start;
    }

    private ValueTask<ConfidenceSignal?> Signal(double score, string words) => new(new ConfidenceSignal(Name, score, words));
}
