namespace HybridLlm.Selection.Rules;

/// <summary>Makes comparisons out of typed pieces, and refuses those that cannot be meant. Texts are compared without regard to case.</summary>
internal static class RuleComparison
{
    private const StringComparison AnyCase = StringComparison.OrdinalIgnoreCase;

    /// <summary>Makes <c>==</c> or <c>!=</c>.</summary>
    public static RuleExpression Equality(RuleExpression left, RuleToken @operator, RuleExpression right, Func<int, string, RuleException> fault)
    {
        var wanted = @operator.Kind == RuleTokenKind.Equal;
        if (left.Text is { } text && right.Text is { } otherText)
        {
            RequireKnownValue(left, right.Literal, @operator.Position, fault);
            RequireKnownValue(right, left.Literal, @operator.Position, fault);
            return RuleExpression.Of((in RuleInput i) => string.Equals(text(i), otherText(i), AnyCase) == wanted);
        }

        if (left.Number is { } number && right.Number is { } otherNumber)
        {
            return RuleExpression.Of((in RuleInput i) => number(i).Equals(otherNumber(i)) == wanted);
        }

        if (left.Truth is { } truth && right.Truth is { } otherTruth)
        {
            return RuleExpression.Of((in RuleInput i) => (truth(i) == otherTruth(i)) == wanted);
        }

        throw fault(@operator.Position, left.List is not null || right.List is not null
            ? "A list is asked with 'contains', such as tools contains 'search'."
            : $"{left.Kind} and {right.Kind} cannot be compared. Texts stand in quotes, numbers do not.");
    }

    /// <summary>Makes <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c> or <c>&gt;=</c>.</summary>
    public static RuleExpression Order(RuleExpression left, RuleToken @operator, RuleExpression right, Func<int, string, RuleException> fault)
    {
        if (left.Number is not { } a || right.Number is not { } b)
        {
            throw fault(@operator.Position, $"{@operator} compares two numbers, but here stand {left.Kind} and {right.Kind}. Write numbers without quotes.");
        }

        return @operator.Kind switch
        {
            RuleTokenKind.Less => RuleExpression.Of((in RuleInput i) => a(i) < b(i)),
            RuleTokenKind.LessOrEqual => RuleExpression.Of((in RuleInput i) => a(i) <= b(i)),
            RuleTokenKind.Greater => RuleExpression.Of((in RuleInput i) => a(i) > b(i)),
            _ => RuleExpression.Of((in RuleInput i) => a(i) >= b(i)),
        };
    }

    /// <summary>Makes <c>contains</c>: a part of a text, or an item of a list.</summary>
    public static RuleExpression Contains(RuleExpression left, RuleToken @operator, RuleExpression right, Func<int, string, RuleException> fault)
    {
        if (right.Text is not { } item || (left.Text is null && left.List is null))
        {
            throw fault(@operator.Position, $"'contains' looks for a text in a text or a list, but here stand {left.Kind} and {right.Kind}. Write such as prompt contains 'security'.");
        }

        if (left.List is { } list)
        {
            return RuleExpression.Of((in RuleInput i) => list(i, item(i)));
        }

        var text = left.Text!;
        return RuleExpression.Of((in RuleInput i) => text(i).Contains(item(i), AnyCase));
    }

    /// <summary>Makes <c>in</c>.</summary>
    public static RuleExpression In(RuleExpression left, RuleToken @operator, IReadOnlyList<RuleToken> items, Func<int, string, RuleException> fault)
    {
        var kind = left.Text is not null ? RuleTokenKind.Text
            : left.Number is not null ? RuleTokenKind.Number
            : throw fault(@operator.Position, $"'in' asks of a text or a number whether it is in a list, but here stands {left.Kind}.");
        foreach (var item in items)
        {
            if (item.Kind != kind)
            {
                throw fault(item.Position, $"The value before 'in' is {left.Kind}, so the list holds only such values. Texts stand in quotes, numbers do not.");
            }

            RequireKnownValue(left, item.Text, item.Position, fault);
        }

        if (left.Text is { } text)
        {
            string[] texts = [.. items.Select(item => item.Text)];
            return RuleExpression.Of((in RuleInput i) => texts.Contains(text(i), StringComparer.OrdinalIgnoreCase));
        }

        var number = left.Number!;
        double[] numbers = [.. items.Select(item => item.Number)];
        return RuleExpression.Of((in RuleInput i) => Array.IndexOf(numbers, number(i)) >= 0);
    }

    private static void RequireKnownValue(RuleExpression variable, string? literal, int position, Func<int, string, RuleException> fault)
    {
        if (variable.Values is { } values && literal is not null && !values.Contains(literal, StringComparer.OrdinalIgnoreCase))
        {
            throw fault(position, $"This is never '{literal}'. It is one of: {string.Join(", ", values.Select(v => $"'{v}'"))}.");
        }
    }
}
