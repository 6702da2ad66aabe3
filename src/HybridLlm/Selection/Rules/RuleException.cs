namespace HybridLlm.Selection.Rules;

/// <summary>A condition cannot be understood. The message points at the place and says what to write instead.</summary>
internal sealed class RuleException : HybridLlmException
{
    /// <summary>How much of a long condition is shown on either side of the fault.</summary>
    private const int Shown = 60;

    public RuleException(string condition, int position, string problem)
        : base(Describe(condition, position, problem)) => Position = position;

    /// <summary>Gets the place, as an index into the condition.</summary>
    public int Position { get; }

    private static string Describe(string condition, int position, string problem)
    {
        var start = Math.Max(0, position - Shown);
        var end = Math.Min(condition.Length, position + Shown);
        var line = string.Create(end - start, (condition, start), static (chars, from) =>
        {
            for (var i = 0; i < chars.Length; i++)
            {
                var c = from.condition[from.start + i];
                chars[i] = char.IsControl(c) ? ' ' : c;
            }
        });
        return $"{problem} (column {position + 1}){Environment.NewLine}  {line}{Environment.NewLine}  {new string(' ', position - start)}^";
    }
}
