namespace HybridLlm.Tool.Learning;

/// <summary>Splits a text at its blanks.</summary>
internal static class Blanks
{
    /// <summary>Gets where the parts between blanks are.</summary>
    public static List<Range> Split(ReadOnlySpan<char> text)
    {
        var parts = new List<Range>();
        for (var i = 0; i < text.Length; i++)
        {
            var start = i;
            while (i < text.Length && !char.IsWhiteSpace(text[i]))
            {
                i++;
            }

            if (i > start)
            {
                parts.Add(start..i);
            }
        }

        return parts;
    }
}
