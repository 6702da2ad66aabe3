namespace HybridLlm.Text;

/// <summary>Measures how much of a text an edit has changed.</summary>
internal static class EditDegree
{
    /// <summary>How many words of each text are compared: longer texts are judged by their beginning.</summary>
    public const int MostWords = 2_000;

    /// <summary>Counts the words that were added, taken out or replaced, against the words of the longer text.</summary>
    /// <returns>0 when no word was changed, 1 when all were.</returns>
    public static double Of(string before, string after)
    {
        var first = Words(before);
        var second = Words(after);
        var longer = Math.Max(first.Length, second.Length);
        return longer == 0 ? 0 : (double)Distance(first, second) / longer;
    }

    private static string[] Words(string text)
    {
        var words = text.Split((char[]?)null, MostWords + 1, StringSplitOptions.RemoveEmptyEntries);
        return words.Length > MostWords ? words[..MostWords] : words;
    }

    /// <summary>The distance of Levenshtein, a row at a time.</summary>
    private static int Distance(string[] first, string[] second)
    {
        var row = new int[second.Length + 1];
        for (var j = 0; j <= second.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= first.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= second.Length; j++)
            {
                var replaced = diagonal + (first[i - 1] == second[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[second.Length];
    }
}
