namespace HybridLlm.Selection.Rules;

/// <summary>A name that conditions can use.</summary>
/// <param name="Name">The name.</param>
/// <param name="Meaning">What it stands for, in words.</param>
/// <param name="Value">Its value.</param>
internal sealed record RuleVariable(string Name, string Meaning, RuleExpression Value)
{
    public static RuleVariable Truth(string name, string meaning, TruthOf value) => new(name, meaning, RuleExpression.Of(value));

    public static RuleVariable Number(string name, string meaning, NumberOf value) => new(name, meaning, RuleExpression.Of(value));

    public static RuleVariable Text(string name, string meaning, TextOf value, params string[] values) =>
        new(name, meaning, RuleExpression.Of(value, values.Length == 0 ? null : values));

    public static RuleVariable List(string name, string meaning, ListHolds value) => new(name, meaning, RuleExpression.Of(value));
}
