using System.Buffers;
using System.Globalization;

namespace HybridLlm.Confidence.Estimators;

/// <summary>
/// Where an answer is to be taken from the prompt, looks for numbers and names in it that the prompt does not hold: a value that was made up rather than read.
/// </summary>
internal sealed class GroundingEstimator : IConfidenceEstimator
{
    private const int LongestText = 8_000;
    private const int MostFacts = 100;

    /// <summary>Numbers this short are counted, numbered and compared: they need no source.</summary>
    private const int ShortestNumber = 2;

    private static readonly SearchValues<char> OfNumbers = SearchValues.Create("0123456789.,:");

    /// <inheritdoc/>
    public string Name => "grounding";

    /// <inheritdoc/>
    public ValueTask<ConfidenceSignal?> EstimateAsync(ConfidenceContext context, CancellationToken cancellationToken = default)
    {
        if (context.Profile.TaskType is not (TaskTypes.StructuredOutput or TaskTypes.ToolSelection or TaskTypes.Summarization or TaskTypes.Format
            or TaskTypes.Template or TaskTypes.RagQuery or TaskTypes.Translation))
        {
            return default;
        }

        var source = Source(context.Request);
        if (source.Length is 0 or > LongestText * 8)
        {
            return default;
        }

        var text = context.Text.AsSpan(0, Math.Min(context.Text.Length, LongestText));
        int facts = 0, missing = 0;
        string? first = null;
        for (var i = 0; i < text.Length && facts < MostFacts;)
        {
            var fact = NextFact(text, ref i, context.Profile.TaskType == TaskTypes.ToolSelection);
            if (fact.IsEmpty)
            {
                break;
            }

            facts++;
            if (!IsIn(source, fact))
            {
                missing++;
                first ??= fact.ToString();
            }
        }

        return facts == 0 ? default
            : missing == 0 ? new(new ConfidenceSignal(Name, 0.6, string.Create(CultureInfo.InvariantCulture, $"all {facts} numbers and names in it come from the prompt")))
            : new(new ConfidenceSignal(
                Name,
                missing * 4 >= facts ? 0.15 : 0.3,
                string.Create(CultureInfo.InvariantCulture, $"{missing} of {facts} numbers and names in it are not in the prompt, such as '{first}'")));
    }

    private static string Source(LlmRequest request) =>
        request.Messages.Count == 1 ? request.Messages[0].Text : string.Join('\n', request.Messages.Select(message => message.Text));

    /// <summary>Finds the next number, or for a choice of tools the next name in snake_case.</summary>
    private static ReadOnlySpan<char> NextFact(ReadOnlySpan<char> text, ref int position, bool names)
    {
        while (position < text.Length)
        {
            if (!char.IsLetterOrDigit(text[position]))
            {
                position++;
                continue;
            }

            var start = position;
            while (position < text.Length && (char.IsLetterOrDigit(text[position]) || (text[position] is '_' or '.' or ':' or ',' && position + 1 < text.Length && char.IsLetterOrDigit(text[position + 1]))))
            {
                position++;
            }

            var word = text[start..position];
            var isNumber = char.IsAsciiDigit(word[0]) && word.IndexOfAnyExcept(OfNumbers) < 0;
            if (isNumber ? word.Length >= ShortestNumber : names && word.Contains('_'))
            {
                return word;
            }
        }

        return [];
    }

    /// <summary>Looks for a whole word: 15 is not in 2015.</summary>
    private static bool IsIn(ReadOnlySpan<char> source, ReadOnlySpan<char> word)
    {
        while (true)
        {
            var at = source.IndexOf(word, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
            {
                return false;
            }

            var end = at + word.Length;
            if ((at == 0 || !char.IsLetterOrDigit(source[at - 1])) && (end == source.Length || !char.IsLetterOrDigit(source[end])))
            {
                return true;
            }

            source = source[(at + 1)..];
        }
    }
}
