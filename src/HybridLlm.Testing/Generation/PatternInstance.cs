using System.Text;

namespace HybridLlm.Testing.Generation;

/// <summary>
/// Makes a short text that matches a regular expression of the kind found in JSON schemas: literals, classes, groups,
/// alternatives (the first is taken) and quantifiers (the fewest repetitions are). Look-around and back references are not known.
/// </summary>
internal ref struct PatternInstance
{
    private readonly ReadOnlySpan<char> _pattern;
    private int _at;

    private PatternInstance(ReadOnlySpan<char> pattern) => _pattern = pattern;

    private readonly bool More => _at < _pattern.Length;

    public static string Create(string pattern) => new PatternInstance(pattern).Alternatives();

    private string Alternatives()
    {
        var first = Sequence();
        while (More && _pattern[_at] == '|')
        {
            _at++;
            Sequence();
        }

        return first;
    }

    private string Sequence()
    {
        var made = new StringBuilder();
        while (More && _pattern[_at] is not ('|' or ')'))
        {
            var atom = Atom();
            for (var left = Fewest(); left > 0; left--)
            {
                made.Append(atom);
            }
        }

        return made.ToString();
    }

    private string Atom()
    {
        var character = _pattern[_at++];
        switch (character)
        {
            case '^' or '$':
                return string.Empty;
            case '.':
                return "x";
            case '[':
                return Class().ToString();
            case '\\' when More:
                return Escape(_pattern[_at++]).ToString();
            case '(':
                if (_pattern[_at..].StartsWith("?:", StringComparison.Ordinal))
                {
                    _at += 2;
                }

                var group = Alternatives();
                _at++;
                return group;
            default:
                return character.ToString();
        }
    }

    private char Class()
    {
        var negated = More && _pattern[_at] == '^';
        if (negated)
        {
            _at++;
        }

        char? first = null;
        HashSet<char> members = [];
        while (More && _pattern[_at] != ']')
        {
            var character = _pattern[_at++];
            character = character == '\\' && More ? Escape(_pattern[_at++]) : character;
            first ??= character;
            members.Add(character);
            if (_at + 1 < _pattern.Length && _pattern[_at] == '-' && _pattern[_at + 1] != ']')
            {
                for (var member = character; member < _pattern[_at + 1]; member++)
                {
                    members.Add(member);
                }

                members.Add(_pattern[_at + 1]);
                _at += 2;
            }
        }

        _at++;
        return negated ? "x0 -_".FirstOrDefault(candidate => !members.Contains(candidate), '~') : first ?? 'x';
    }

    /// <summary>Reads a quantifier, if there is one, and returns the fewest repetitions it allows.</summary>
    private int Fewest()
    {
        if (!More)
        {
            return 1;
        }

        var fewest = 1;
        switch (_pattern[_at])
        {
            case '*' or '?':
                fewest = 0;
                _at++;
                break;
            case '+':
                _at++;
                break;
            case '{' when _pattern[_at..].IndexOf('}') is var length and > 0:
                var range = _pattern.Slice(_at + 1, length - 1);
                var comma = range.IndexOf(',');
                fewest = int.TryParse(comma < 0 ? range : range[..comma], out var count) ? count : 0;
                _at += length + 1;
                break;
            default:
                return 1;
        }

        if (More && _pattern[_at] == '?')
        {
            _at++;
        }

        return fewest;
    }

    private static char Escape(char escaped) => escaped switch
    {
        'd' => '0',
        'w' => 'a',
        's' => ' ',
        'D' or 'S' => 'x',
        'W' => '-',
        'n' => '\n',
        't' => '\t',
        _ => escaped,
    };
}
