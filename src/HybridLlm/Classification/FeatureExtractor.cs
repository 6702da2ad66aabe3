namespace HybridLlm.Classification;

/// <summary>
/// Takes the features of prompts. The trainer and the classifier run this same code, so a change here needs new weights.
/// Not safe for concurrent use.
/// </summary>
internal sealed class FeatureExtractor
{
    private const int EdgeSentences = 2;
    private const int EdgeWords = 48;

    private const uint OneWord = 0x51;
    private const uint TwoWords = 0x52;
    private const uint First = 0x61;
    private const uint Last = 0x71;
    private const uint Opening = 0x81;
    private const uint Closing = 0x91;
    private const uint Characters = 0xA1;

    private readonly PromptScan _scan = new();

    /// <summary>Gets the prompt that was read last.</summary>
    public PromptScan Scan => _scan;

    /// <summary>Gets the language of the prompt that was read last, as an ISO 639-1 code; <see langword="null"/> when it is not clear.</summary>
    public string? Language { get; private set; }

    /// <summary>Reads a prompt into a set.</summary>
    public void Extract(ReadOnlySpan<char> prompt, FeatureSet features)
    {
        _scan.Read(prompt);
        Language = Languages.Detect(_scan);
        features.Clear();
        AddWords(features);
        features.End(FeatureSet.Block.Words);
        AddCharacters(features);
        features.End(FeatureSet.Block.Characters);
        AddEdges(features);
        features.End(FeatureSet.Block.Place);
        ShapeFeatures.Add(_scan, Language, features);
        features.End(FeatureSet.Block.Shape);
    }

    private void AddWords(FeatureSet features)
    {
        var previous = 0u;
        foreach (ref readonly var word in _scan.Words)
        {
            features.Add(Hashing.Add(OneWord, word.Hash));
            if (previous != 0)
            {
                features.Add(Hashing.Add(Hashing.Add(TwoWords, previous), word.Hash));
            }

            previous = word.Hash;
        }
    }

    private void AddCharacters(FeatureSet features)
    {
        var text = _scan.Text;
        for (var i = 0; i + 2 < text.Length; i++)
        {
            var hash = Hashing.Add(Hashing.Add(Hashing.Add(Characters, text[i]), text[i + 1]), text[i + 2]);
            features.Add(hash);
            if (i + 3 < text.Length)
            {
                hash = Hashing.Add(hash, text[i + 3]);
                features.Add(hash);
                if (i + 4 < text.Length)
                {
                    features.Add(Hashing.Add(hash, text[i + 4]));
                }
            }
        }
    }

    private void AddEdges(FeatureSet features)
    {
        var words = _scan.Words;
        var taken = 0;
        for (var i = 0; i < words.Length && taken < EdgeWords; i++)
        {
            if (words[i].Sentence >= EdgeSentences)
            {
                break;
            }

            if (words[i].Sentence != PromptScan.Word.Code)
            {
                AddRuns(features, words, i, First);
                if (taken == 0)
                {
                    AddRuns(features, words, i, Opening);
                }

                taken++;
            }
        }

        var start = words.Length;
        taken = 0;
        while (start > 0 && taken < EdgeWords && (words[start - 1].Sentence == PromptScan.Word.Code || words[start - 1].Sentence >= _scan.Sentences - EdgeSentences))
        {
            start--;
            taken += words[start].Sentence == PromptScan.Word.Code ? 0 : 1;
        }

        for (var i = start; i < words.Length; i++)
        {
            if (words[i].Sentence != PromptScan.Word.Code)
            {
                AddRuns(features, words, i, Last);
            }
        }

        if (words.Length > 2)
        {
            AddRuns(features, words, words.Length - 2, Closing);
        }
    }

    private static void AddRuns(FeatureSet features, ReadOnlySpan<PromptScan.Word> words, int at, uint place)
    {
        var hash = Hashing.Add(place, words[at].Hash);
        features.Add(hash);
        for (var i = at + 1; i < words.Length && i < at + 3; i++)
        {
            if (words[i].Sentence != words[at].Sentence)
            {
                break;
            }

            hash = Hashing.Add(hash, words[i].Hash);
            features.Add(hash);
        }
    }
}
