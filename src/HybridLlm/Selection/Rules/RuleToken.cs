namespace HybridLlm.Selection.Rules;

/// <summary>The kinds of words that a condition is made of.</summary>
internal enum RuleTokenKind
{
    End,
    Name,
    Text,
    Number,
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    Comma,
    Dot,
    And,
    Or,
    Not,
    In,
    Contains,
    True,
    False,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary>One word of a condition.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Position">Where it starts.</param>
/// <param name="Text">The name, or the text of a literal; for others the word as it was written.</param>
/// <param name="Number">The value of a number.</param>
internal readonly record struct RuleToken(RuleTokenKind Kind, int Position, string Text, double Number = 0)
{
    /// <summary>Returns the word as messages show it.</summary>
    public override string ToString() => Kind == RuleTokenKind.End ? "the end" : $"'{Text}'";
}
