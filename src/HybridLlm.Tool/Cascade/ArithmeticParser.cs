namespace HybridLlm.Tool.Cascade;

/// <summary>Calculates an expression of numbers, signs and brackets, multiplications first.</summary>
/// <param name="tokens">The expression.</param>
internal sealed class ArithmeticParser(List<ArithmeticToken> tokens)
{
    private const int MaxDepth = 32;

    private int _at;
    private int _depth;

    /// <summary>Gets the numbers that were read, in order.</summary>
    public List<double> Operands { get; } = [];

    /// <summary>Calculates; <see langword="null"/> when it is no expression to its end.</summary>
    public double? Parse() => Sum() is { } value && _at == tokens.Count ? value : null;

    private char Next => _at < tokens.Count ? tokens[_at].Kind : '\0';

    private double? Sum()
    {
        var value = Product();
        while (Next is '+' or '-')
        {
            var sign = tokens[_at++].Kind;
            var term = Product();
            value = sign == '+' ? value + term : value - term;
        }

        return value;
    }

    private double? Product()
    {
        var value = Factor();
        while (Next is '*' or '/')
        {
            var sign = tokens[_at++].Kind;
            var factor = Factor();
            value = sign == '*' ? value * factor : value / factor;
        }

        return value;
    }

    private double? Factor()
    {
        switch (Next)
        {
            case '-':
                _at++;
                return ++_depth > MaxDepth ? null : -Factor();
            case '(':
                _at++;
                if (++_depth > MaxDepth)
                {
                    return null;
                }

                var inner = Sum();
                if (Next != ')')
                {
                    return null;
                }

                _at++;
                return Percent(inner);
            case 'n':
                var value = tokens[_at++].Value;
                Operands.Add(value);
                return Percent(value);
            default:
                return null;
        }
    }

    private double? Percent(double? value)
    {
        if (Next != '%')
        {
            return value;
        }

        _at++;
        return value / 100;
    }
}
