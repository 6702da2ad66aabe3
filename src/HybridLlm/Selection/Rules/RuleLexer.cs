using System.Globalization;
using System.Text;

namespace HybridLlm.Selection.Rules;

/// <summary>Cuts a condition into words.</summary>
internal sealed class RuleLexer(string condition)
{
    private int _position;

    /// <summary>Reads the next word.</summary>
    public RuleToken Next()
    {
        while (_position < condition.Length && char.IsWhiteSpace(condition[_position]))
        {
            _position++;
        }

        if (_position == condition.Length)
        {
            return new(RuleTokenKind.End, _position, string.Empty);
        }

        return condition[_position] switch
        {
            '\'' or '"' => Text(),
            var c when char.IsAsciiDigit(c) || c == '-' => Number(),
            var c when char.IsLetter(c) || c == '_' => Word(),
            _ => Symbol(),
        };
    }

    private char Peek(int ahead) => _position + ahead < condition.Length ? condition[_position + ahead] : '\0';

    private RuleToken Symbol() => (Peek(0), Peek(1)) switch
    {
        ('&', '&') => Take(RuleTokenKind.And, 2),
        ('|', '|') => Take(RuleTokenKind.Or, 2),
        ('=', '=') => Take(RuleTokenKind.Equal, 2),
        ('!', '=') => Take(RuleTokenKind.NotEqual, 2),
        ('<', '=') => Take(RuleTokenKind.LessOrEqual, 2),
        ('>', '=') => Take(RuleTokenKind.GreaterOrEqual, 2),
        ('<', _) => Take(RuleTokenKind.Less, 1),
        ('>', _) => Take(RuleTokenKind.Greater, 1),
        ('!', _) => Take(RuleTokenKind.Not, 1),
        ('(', _) => Take(RuleTokenKind.Open, 1),
        (')', _) => Take(RuleTokenKind.Close, 1),
        ('[', _) => Take(RuleTokenKind.OpenBracket, 1),
        (']', _) => Take(RuleTokenKind.CloseBracket, 1),
        (',', _) => Take(RuleTokenKind.Comma, 1),
        ('.', _) => Take(RuleTokenKind.Dot, 1),
        ('=', _) => throw Fault("A single '=' means nothing here. Write '==' to compare."),
        ('&', _) => throw Fault("A single '&' means nothing here. Write '&&' or 'and'."),
        ('|', _) => throw Fault("A single '|' means nothing here. Write '||' or 'or'."),
        var (c, _) => throw Fault($"'{(char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)}' means nothing here. Texts are written in quotes."),
    };

    private RuleToken Take(RuleTokenKind kind, int length)
    {
        var token = new RuleToken(kind, _position, condition.Substring(_position, length));
        _position += length;
        return token;
    }

    private RuleToken Word()
    {
        var length = 1;
        while (char.IsLetterOrDigit(Peek(length)) || Peek(length) is '_' or '-')
        {
            length++;
        }

        var word = condition.AsSpan(_position, length);
        return Take(KindOf(word), length);
    }

    private static RuleTokenKind KindOf(ReadOnlySpan<char> word)
    {
        const StringComparison anyCase = StringComparison.OrdinalIgnoreCase;
        return word.Equals("and", anyCase) ? RuleTokenKind.And
            : word.Equals("or", anyCase) ? RuleTokenKind.Or
            : word.Equals("not", anyCase) ? RuleTokenKind.Not
            : word.Equals("in", anyCase) ? RuleTokenKind.In
            : word.Equals("contains", anyCase) ? RuleTokenKind.Contains
            : word.Equals("true", anyCase) ? RuleTokenKind.True
            : word.Equals("false", anyCase) ? RuleTokenKind.False
            : RuleTokenKind.Name;
    }

    private RuleToken Number()
    {
        var length = 1;
        while (char.IsAsciiDigit(Peek(length)) || Peek(length) == '.')
        {
            length++;
        }

        var word = condition.AsSpan(_position, length);
        if (char.IsLetter(Peek(length)) || !double.TryParse(word, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
        {
            throw Fault("This is not a number. Write it with digits and at most one '.', such as 4000 or 0.5; a text goes in quotes.");
        }

        return Take(RuleTokenKind.Number, length) with { Number = value };
    }

    private RuleToken Text()
    {
        var start = _position;
        var quote = condition[start];
        var text = new StringBuilder();
        for (var i = start + 1; i < condition.Length; i++)
        {
            var c = condition[i];
            if (c == quote)
            {
                _position = i + 1;
                return new(RuleTokenKind.Text, start, text.ToString());
            }

            // A backslash takes the next character as it is, so that a text can hold its own quote.
            if (c == '\\' && i + 1 < condition.Length)
            {
                c = condition[++i];
            }

            text.Append(c);
        }

        throw Fault($"This text does not end. Close it with {quote}.");
    }

    private RuleException Fault(string problem) => new(condition, _position, problem);
}
