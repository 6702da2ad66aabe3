namespace HybridLlm.Selection.Rules;

/// <summary>Gives a truth value of a request.</summary>
internal delegate bool TruthOf(in RuleInput input);

/// <summary>Gives a number of a request.</summary>
internal delegate double NumberOf(in RuleInput input);

/// <summary>Gives a text of a request.</summary>
internal delegate string TextOf(in RuleInput input);

/// <summary>Tells whether a list of a request holds an item.</summary>
internal delegate bool ListHolds(in RuleInput input, string item);

/// <summary>A typed piece of a condition. It has exactly one of the four kinds of value.</summary>
/// <remarks>Delegates instead of compiled expression trees: they need no code generation at run time, so they work ahead of time compiled.</remarks>
internal sealed record RuleExpression
{
    private RuleExpression(string kind) => Kind = kind;

    /// <summary>Gets the kind of value in words, such as <c>a number</c>.</summary>
    public string Kind { get; }

    public TruthOf? Truth { get; private init; }

    public NumberOf? Number { get; private init; }

    public TextOf? Text { get; private init; }

    public ListHolds? List { get; private init; }

    /// <summary>Gets the text of a literal; otherwise <see langword="null"/>.</summary>
    public string? Literal { get; private init; }

    /// <summary>Gets the only values that the text can have; <see langword="null"/> when it can have any.</summary>
    public IReadOnlyList<string>? Values { get; private init; }

    public static RuleExpression Of(TruthOf value) => new("true or false") { Truth = value };

    public static RuleExpression Of(NumberOf value) => new("a number") { Number = value };

    public static RuleExpression Of(TextOf value, IReadOnlyList<string>? values = null) => new("a text") { Text = value, Values = values };

    public static RuleExpression Of(ListHolds value) => new("a list") { List = value };

    public static RuleExpression Constant(string text) => new("a text") { Text = (in RuleInput _) => text, Literal = text };

    public static RuleExpression Constant(double number) => Of((in RuleInput _) => number);

    public static RuleExpression Constant(bool truth) => Of((in RuleInput _) => truth);
}
