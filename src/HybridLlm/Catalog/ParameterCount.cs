using System.Globalization;

namespace HybridLlm.Catalog;

/// <summary>Numbers of parameters as they are written in names: <c>7b</c>, <c>135M</c>, <c>a3b</c>, <c>8x7b</c>, <c>e4b</c>, <c>16E</c>.</summary>
internal readonly record struct ParameterCount(long? Total, long? Active, bool TotalIsActive)
{
    /// <summary>Below this many, "m" means something else, such as a context of a million tokens.</summary>
    private const double FewestMillions = 10;

    private const double Billion = 1e9;

    /// <summary>Reads a word.</summary>
    public static bool TryParse(ReadOnlySpan<char> word, out ParameterCount count)
    {
        count = default;
        if (word.Length is < 2 or > 10)
        {
            return false;
        }

        var prefix = char.ToLowerInvariant(word[0]);
        if (prefix is 'a' or 'e' && TryNumber(word[1..], out var part))
        {
            // a3b: that many work on each token. e4b: the model takes the room of that many.
            count = prefix == 'a' ? new(null, part, false) : new(part, null, false);
            return true;
        }

        if (char.ToLowerInvariant(word[^1]) == 'e' && int.TryParse(word[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            // 17B-16E: sixteen experts, and the other number is what works on each token.
            count = new(null, null, true);
            return true;
        }

        var times = word.IndexOfAny('x', 'X');
        if (times > 0 && int.TryParse(word[..times], NumberStyles.None, CultureInfo.InvariantCulture, out var experts) && TryNumber(word[(times + 1)..], out var each))
        {
            // Experts share the rest of the network, about a sixth of the sum, and two of them work on each token: Mixtral's 8x7B are 46.7B and 12.9B.
            count = new((long)((double)experts * each * 5 / 6), (long)(Math.Min(experts, 2) * each * 0.9), false);
            return true;
        }

        if (TryNumber(word, out var total))
        {
            count = new(total, null, false);
            return true;
        }

        return false;
    }

    private static bool TryNumber(ReadOnlySpan<char> word, out long count)
    {
        count = 0;
        if (word.Length < 2 || !char.IsAsciiDigit(word[0]))
        {
            return false;
        }

        Span<char> digits = stackalloc char[word.Length - 1];
        word[..^1].Replace(digits, '_', '.');
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number <= 0)
        {
            return false;
        }

        var unit = char.ToLowerInvariant(word[^1]) switch
        {
            'b' => Billion,
            'm' when number >= FewestMillions => 1e6,
            't' when number < 100 => 1e12,
            _ => 0,
        };
        count = (long)Math.Min(Math.Round(number * unit), 1e15);
        return count > 0;
    }
}
