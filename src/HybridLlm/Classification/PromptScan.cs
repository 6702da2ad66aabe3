using System.Globalization;

namespace HybridLlm.Classification;

/// <summary>
/// A prompt taken apart once: its characters folded, its words, and where its sentences end. Reused from prompt to prompt; not safe for concurrent use.
/// </summary>
/// <remarks>
/// Of a prompt longer than <see cref="MaxLength"/>, the beginning and the end are read: there stands what is asked for. Letters become lower case,
/// every digit <c>0</c>, and a run of blanks one, so that prompts that differ in numbers and layout alone look alike.
/// </remarks>
internal sealed class PromptScan
{
    /// <summary>The most characters that are read of a prompt.</summary>
    public const int MaxLength = 8192;

    private const int TailLength = 2048;
    private const char FirstIdeographic = '\u2E80';
    private const char FirstKana = '\u3040';
    private const char LastKana = '\u30FF';
    private const char FirstHan = '\u3400';
    private const char LastHan = '\u9FFF';

    private readonly char[] _text = new char[MaxLength];
    private readonly Word[] _words = new Word[MaxLength / 2];
    private int _length;
    private int _wordCount;
    private bool _blankPending;

    /// <summary>Gets the folded text.</summary>
    public ReadOnlySpan<char> Text => _text.AsSpan(0, _length);

    /// <summary>Gets the words.</summary>
    public ReadOnlySpan<Word> Words => _words.AsSpan(0, _wordCount);

    /// <summary>Gets the number of sentences or lines outside of code that hold a word.</summary>
    public int Sentences { get; private set; }

    /// <summary>Gets what was counted.</summary>
    public PromptCounts Counts { get; } = new();

    /// <summary>Reads a prompt.</summary>
    public void Read(ReadOnlySpan<char> prompt)
    {
        _length = 0;
        _wordCount = 0;
        _blankPending = false;
        Sentences = 0;
        Counts.Clear();
        Counts.Length = prompt.Length;
        if (prompt.Length <= MaxLength)
        {
            ReadPart(prompt);
            return;
        }

        ReadPart(prompt[..(MaxLength - TailLength)]);
        EndLine(default);
        ReadPart(prompt[^TailLength..]);
    }

    private void ReadPart(ReadOnlySpan<char> part)
    {
        foreach (var line in part.EnumerateLines())
        {
            var trimmed = line.Trim();
            Counts.AddLine(trimmed);
            if (!trimmed.IsEmpty)
            {
                ReadLine(trimmed);
            }

            EndLine(trimmed);
        }
    }

    private void EndLine(ReadOnlySpan<char> line)
    {
        if (_length > 0 && _length < MaxLength && _text[_length - 1] != '\n')
        {
            _text[_length++] = '\n';
        }

        _blankPending = false;
        if (!line.IsEmpty)
        {
            EndSentence();
        }
    }

    private void ReadLine(ReadOnlySpan<char> line)
    {
        var inCode = Counts.InCode;
        var i = 0;
        while (i < line.Length && _length < MaxLength - 2)
        {
            var c = line[i];
            if (IsWordCharacter(c))
            {
                i = ReadWord(line, i, inCode);
                continue;
            }

            i++;
            if (c is ' ' or '\t' || char.IsWhiteSpace(c))
            {
                _blankPending = true;
                continue;
            }

            Append(c);
            Counts.AddSymbol(c);
            if (!inCode && c is '.' or '!' or '?' or ':' or '。' or '？' or '！' && (i == line.Length || char.IsWhiteSpace(line[i]) || c >= FirstIdeographic))
            {
                EndSentence();
            }
        }
    }

    private int ReadWord(ReadOnlySpan<char> line, int start, bool inCode)
    {
        AppendBlank();
        var from = _length;
        var hash = Hashing.Start;
        var i = start;
        var upper = 0;
        while (i < line.Length && _length < MaxLength - 2 && IsWordCharacter(line[i]))
        {
            var c = line[i];
            if (IsIdeograph(c))
            {
                if (i > start)
                {
                    break;
                }

                hash = Hashing.Add(hash, c);
                _text[_length++] = c;
                Counts.Ideographs++;
                Counts.Kana += c is >= FirstKana and <= LastKana ? 1 : 0;
                i++;
                break;
            }

            if (char.IsAsciiDigit(c))
            {
                c = '0';
                Counts.Digits++;
            }
            else if (char.IsUpper(c))
            {
                upper++;
                c = char.ToLowerInvariant(c);
            }

            Counts.AddLetter(c);
            hash = Hashing.Add(hash, c);
            _text[_length++] = c;
            i++;
        }

        var length = _length - from;
        if (upper > 1 && upper == length)
        {
            Counts.CapitalWords++;
        }

        if (_wordCount < _words.Length)
        {
            _words[_wordCount++] = new(hash, from, (short)Math.Min(length, short.MaxValue), inCode ? Word.Code : Sentences);
            Counts.Words++;
        }

        return i;
    }

    private void EndSentence()
    {
        if (_wordCount > 0 && _words[_wordCount - 1].Sentence == Sentences)
        {
            Sentences++;
        }
    }

    private void Append(char c)
    {
        AppendBlank();
        _text[_length++] = char.IsUpper(c) ? char.ToLowerInvariant(c) : c;
    }

    private void AppendBlank()
    {
        if (_blankPending)
        {
            _text[_length++] = ' ';
            _blankPending = false;
        }
    }

    private static bool IsWordCharacter(char c) => char.IsAscii(c) ? char.IsAsciiLetterOrDigit(c) || c == '_' : char.IsLetterOrDigit(c) || IsMark(c);

    // The vowel signs of Indic scripts and of Arabic belong to the word they stand in.
    private static bool IsMark(char c) => char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static bool IsIdeograph(char c) => c is >= FirstIdeographic and <= LastKana or >= FirstHan and <= LastHan;

    /// <summary>A word of the prompt.</summary>
    /// <param name="Hash">What it is compared by.</param>
    /// <param name="Start">Where it starts in the folded text.</param>
    /// <param name="Length">Its length.</param>
    /// <param name="Sentence">The sentence it stands in; <see cref="Code"/> when it stands in a code block.</param>
    public readonly record struct Word(uint Hash, int Start, short Length, int Sentence)
    {
        /// <summary>Stands for a sentence where there is code instead.</summary>
        public const int Code = -1;
    }
}
