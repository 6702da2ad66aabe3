using System.Numerics;

namespace HybridLlm.Learning;

/// <summary>Reads off a prompt what may make one model fail at it and not another: its words, length, script and code. What is left of it are numbers of rows.</summary>
/// <remarks>
/// Words are hashed (K. Weinberger et al., "Feature hashing for large scale multitask learning", ICML 2009), so that no text is kept and memory has a bound.
/// Of a long prompt the beginning and the end are read: there stands what is asked for. Case and digits do not tell words apart.
/// Pairs of words were tried: they make single words slower to learn and win nothing.
/// </remarks>
internal static class PromptFeatures
{
    /// <summary>How many rows there are.</summary>
    public const int Rows = 1 << RowBits;

    /// <summary>The most features of a prompt.</summary>
    public const int Most = HeadWords + TailWords + Signs;

    private const int RowBits = 12;
    private const int HeadWords = 80;
    private const int TailWords = 24;
    private const int HeadLength = 1_024;
    private const int TailLength = 192;
    private const int Signs = 4;

    private const uint Start = 2_166_136_261;
    private const char FirstIdeograph = '\u2E80';
    private const char LastIdeograph = '\u9FFF';

    /// <summary>Reads a prompt.</summary>
    /// <returns>The rows of its features, each once; at most <see cref="Most"/>.</returns>
    public static ushort[] Read(ReadOnlySpan<char> prompt)
    {
        Span<ushort> rows = stackalloc ushort[Most];
        return rows[..Read(prompt, rows)].ToArray();
    }

    /// <summary>Reads a prompt.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="rows">Takes the rows of its features, each once; room for <see cref="Most"/>.</param>
    /// <returns>How many they are.</returns>
    public static int Read(ReadOnlySpan<char> prompt, Span<ushort> rows)
    {
        var reader = new Reader(rows, stackalloc ulong[Rows / 64]);
        var read = reader.ReadWords(prompt[..Math.Min(prompt.Length, HeadLength)], HeadWords);
        if (read < prompt.Length)
        {
            reader.ReadWords(prompt[Math.Max(read, LastWords(prompt))..], TailWords);
        }

        return reader.Finish(prompt.Length);
    }

    private static int LastWords(ReadOnlySpan<char> prompt)
    {
        var least = Math.Max(0, prompt.Length - TailLength);
        var words = 0;
        for (var i = prompt.Length - 1; i > least; i--)
        {
            if (IsWord(prompt[i]) && (!IsWord(prompt[i - 1]) || IsIdeograph(prompt[i])) && ++words == TailWords)
            {
                return i;
            }
        }

        return least;
    }

    private static bool IsWord(char c) => char.IsAscii(c) ? char.IsAsciiLetterOrDigit(c) || c is '_' or '#' or '+' : char.IsLetterOrDigit(c);

    private static bool IsIdeograph(char c) => c is >= FirstIdeograph and <= LastIdeograph;

    // FNV-1a: G. Fowler, L. C. Noll, K.-P. Vo, 1991.
    private static uint Hash(uint hash, uint value) => (hash ^ value) * 16_777_619;

    private ref struct Reader(Span<ushort> rows, Span<ulong> seen)
    {
        private readonly Span<ushort> _rows = rows;
        private readonly Span<ulong> _seen = seen;
        private int _count;
        private int _symbols;
        private int _length;
        private int _script;
        private int _lead;
        private char _last;

        /// <summary>Reads at most so many words, and returns where they end.</summary>
        public int ReadWords(ReadOnlySpan<char> text, int most)
        {
            var i = 0;
            while (i < text.Length && most > 0)
            {
                var c = text[i];
                if (!IsWord(c))
                {
                    _symbols += c is '{' or '}' or '(' or ')' or '[' or ']' or ';' or '=' or '<' or '>' or '`' or '\\' ? 1 : 0;
                    _last = char.IsWhiteSpace(c) ? _last : c;
                    i++;
                    continue;
                }

                var word = Start;
                do
                {
                    word = Hash(word, Fold(text[i]));
                    Vote(text[i]);
                    i++;
                }
                while (i < text.Length && IsWord(text[i]) && !IsIdeograph(text[i]) && !IsIdeograph(c));

                _last = c;
                most--;
                Add(Hash(word, 1));
            }

            _length += i;
            return i;
        }

        /// <summary>Adds what the prompt looks like as a whole, and returns how many features there are.</summary>
        public int Finish(int length)
        {
            AddSign(1, length == 0 ? 0 : BitOperations.Log2((uint)length) + 1);
            AddSign(2, _script);
            AddSign(3, _symbols == 0 ? 0 : _symbols * 50 < _length ? 1 : _symbols * 15 < _length ? 2 : 3);
            AddSign(4, _last == '?' ? 1 : _last == ':' ? 2 : 0);
            return _count;
        }

        private static uint Fold(char c) => char.IsAsciiDigit(c) ? '0' : char.ToLowerInvariant(c);

        private void AddSign(uint kind, int value) => Add(Hash(Hash(Hash(Start, 2), kind), (uint)value));

        // The spread of the hash over its high bits.
        private void Add(uint hash)
        {
            var row = (hash * 0x9E3779B1) >> (32 - RowBits);
            ref var seen = ref _seen[(int)(row >> 6)];
            var bit = 1UL << (int)row;
            if ((seen & bit) == 0)
            {
                seen |= bit;
                _rows[_count++] = (ushort)row;
            }
        }

        /// <summary>Votes for the script of a letter. What is left is the script of most letters: R. S. Boyer and J S. Moore's majority vote, 1981.</summary>
        private void Vote(char c)
        {
            var script = IsIdeograph(c) ? FirstIdeograph >> 8 : c >> 8;
            if (_lead == 0)
            {
                _script = script;
            }

            _lead += script == _script ? 1 : -1;
        }
    }
}
