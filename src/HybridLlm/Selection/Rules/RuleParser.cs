namespace HybridLlm.Selection.Rules;

/// <summary>Reads a condition by recursive descent: <c>or</c> binds loosest, then <c>and</c>, <c>not</c>, and comparisons.</summary>
internal sealed class RuleParser
{
    /// <summary>How deep parentheses and negations may nest, so that no condition can exhaust the stack.</summary>
    private const int MaximumDepth = 50;

    private readonly string _condition;
    private readonly RuleLexer _lexer;
    private RuleToken _token;
    private int _depth;

    private RuleParser(string condition)
    {
        _condition = condition;
        _lexer = new(condition);
        _token = _lexer.Next();
    }

    /// <summary>Reads a whole condition.</summary>
    /// <exception cref="RuleException">It cannot be understood.</exception>
    public static TruthOf Parse(string condition)
    {
        var parser = new RuleParser(condition);
        var start = parser._token.Position;
        var expression = parser.Or();
        if (parser._token.Kind != RuleTokenKind.End)
        {
            throw parser.Fault(parser._token.Position, $"{parser._token} is too much here. Join conditions with 'and' or 'or'.");
        }

        return parser.Truth(expression, start);
    }

    private RuleExpression Or()
    {
        var position = _token.Position;
        var left = And();
        while (_token.Kind == RuleTokenKind.Or)
        {
            var first = Truth(left, position);
            var second = NextTruth(And);
            left = RuleExpression.Of((in RuleInput i) => first(i) || second(i));
        }

        return left;
    }

    private RuleExpression And()
    {
        var position = _token.Position;
        var left = Not();
        while (_token.Kind == RuleTokenKind.And)
        {
            var first = Truth(left, position);
            var second = NextTruth(Not);
            left = RuleExpression.Of((in RuleInput i) => first(i) && second(i));
        }

        return left;
    }

    private RuleExpression Not()
    {
        if (_token.Kind != RuleTokenKind.Not)
        {
            return Comparison();
        }

        Enter();
        var value = NextTruth(Not);
        _depth--;
        return RuleExpression.Of((in RuleInput i) => !value(i));
    }

    private RuleExpression Comparison()
    {
        var position = _token.Position;
        var left = Operand();
        var @operator = _token;
        switch (@operator.Kind)
        {
            case RuleTokenKind.Equal or RuleTokenKind.NotEqual:
                Advance();
                return RuleComparison.Equality(left, @operator, Operand(), Fault);
            case RuleTokenKind.Less or RuleTokenKind.LessOrEqual or RuleTokenKind.Greater or RuleTokenKind.GreaterOrEqual:
                Advance();
                return RuleComparison.Order(left, @operator, Operand(), Fault);
            case RuleTokenKind.Contains:
                Advance();
                return RuleComparison.Contains(left, @operator, Operand(), Fault);
            case RuleTokenKind.In:
                Advance();
                return RuleComparison.In(left, @operator, Items(), Fault);
            case RuleTokenKind.Not:
                Advance();
                Expect(RuleTokenKind.In, "After a value, 'not' goes with 'in': write \"not in ('a', 'b')\".");
                var within = Truth(RuleComparison.In(left, @operator, Items(), Fault), position);
                return RuleExpression.Of((in RuleInput i) => !within(i));
            default:
                return left;
        }
    }

    private RuleExpression Operand()
    {
        var token = _token;
        switch (token.Kind)
        {
            case RuleTokenKind.Text:
                Advance();
                return RuleExpression.Constant(token.Text);
            case RuleTokenKind.Number:
                Advance();
                return RuleExpression.Constant(token.Number);
            case RuleTokenKind.True or RuleTokenKind.False:
                Advance();
                return RuleExpression.Constant(token.Kind == RuleTokenKind.True);
            case RuleTokenKind.Name:
                Advance();
                return Variable(token);
            case RuleTokenKind.Open:
                Enter();
                Advance();
                var inner = Or();
                Expect(RuleTokenKind.Close, "This parenthesis is not closed. Write ')'.");
                _depth--;
                return inner;
            default:
                throw Fault(token.Position, $"Here should stand a name, a text in quotes, a number, true, false or '(', not {token}.");
        }
    }

    private RuleExpression Variable(RuleToken name)
    {
        if (name.Text.Equals(RuleVariables.Metadata, StringComparison.OrdinalIgnoreCase))
        {
            var key = MetadataKey();
            return RuleExpression.Of((in RuleInput i) => i.Metadata(key));
        }

        return RuleVariables.Find(name.Text)?.Value ?? throw Fault(name.Position, RuleVariables.Unknown(name.Text));
    }

    private string MetadataKey()
    {
        const string remedy = "Say which key is meant: write metadata.tenant or metadata['tenant'].";
        var bracketed = _token.Kind == RuleTokenKind.OpenBracket;
        if (!bracketed && _token.Kind != RuleTokenKind.Dot)
        {
            throw Fault(_token.Position, remedy);
        }

        Advance();
        var key = _token;
        if (bracketed ? key.Kind != RuleTokenKind.Text : key.Text.Length == 0 || !(char.IsLetter(key.Text[0]) || key.Text[0] == '_') || key.Kind == RuleTokenKind.Text)
        {
            throw Fault(key.Position, remedy);
        }

        Advance();
        if (bracketed)
        {
            Expect(RuleTokenKind.CloseBracket, "This bracket is not closed. Write ']'.");
        }

        return key.Text;
    }

    private List<RuleToken> Items()
    {
        const string remedy = "After 'in' stands a list of texts or numbers, such as ('template', 'format').";
        var close = _token.Kind == RuleTokenKind.OpenBracket ? RuleTokenKind.CloseBracket : RuleTokenKind.Close;
        if (_token.Kind is not (RuleTokenKind.Open or RuleTokenKind.OpenBracket))
        {
            throw Fault(_token.Position, remedy);
        }

        var items = new List<RuleToken>();
        do
        {
            Advance();
            if (_token.Kind is not (RuleTokenKind.Text or RuleTokenKind.Number))
            {
                throw Fault(_token.Position, remedy);
            }

            items.Add(_token);
            Advance();
        }
        while (_token.Kind == RuleTokenKind.Comma);

        Expect(close, close == RuleTokenKind.Close ? "This list is not closed. Write ')'." : "This list is not closed. Write ']'.");
        return items;
    }

    private TruthOf NextTruth(Func<RuleExpression> next)
    {
        Advance();
        var position = _token.Position;
        return Truth(next(), position);
    }

    private TruthOf Truth(RuleExpression expression, int position) => expression.Truth ?? throw Fault(
        position,
        $"This is {expression.Kind}, but a condition is true or false. Compare it, such as {(expression.Number is not null ? "contextTokens > 4000" : "taskType == 'template'")}.");

    private void Expect(RuleTokenKind kind, string remedy)
    {
        if (_token.Kind != kind)
        {
            throw Fault(_token.Position, remedy);
        }

        Advance();
    }

    private void Enter()
    {
        if (++_depth > MaximumDepth)
        {
            throw Fault(_token.Position, $"Parentheses and negations nest deeper than {MaximumDepth}. Split the rule.");
        }
    }

    private void Advance() => _token = _lexer.Next();

    private RuleException Fault(int position, string problem) => new(_condition, position, problem);
}
