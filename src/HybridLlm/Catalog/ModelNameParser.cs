namespace HybridLlm.Catalog;

/// <summary>
/// Reads what the name of a model says: <c>mistral:7b-instruct-q4_K_M</c>, <c>Meta-Llama-3.1-8B-Instruct-Q5_K_M.gguf</c>,
/// <c>hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M</c>. Any text will do; what is not understood says nothing.
/// </summary>
internal static class ModelNameParser
{
    /// <summary>The longest part of a path that is read; real names take a fraction of it.</summary>
    private const int MaximumLength = 256;

    /// <summary>Reads a name, an id or the path of a file.</summary>
    public static ParsedModelName Parse(string? name)
    {
        var rest = name.AsSpan().TrimEnd("/\\ \t");
        var result = default(ParsedModelName);

        // A file that says little, such as model-q4_0.gguf, lies in a folder that says more. Further up there are only people and places.
        for (var i = 0; i < 2 && !rest.IsEmpty && result.Family is null; i++)
        {
            var slash = rest.LastIndexOfAny('/', '\\');
            result = result.Or(ParsePart(rest[(slash + 1)..]));
            rest = slash < 0 ? [] : rest[..slash];
        }

        return result;
    }

    private static ParsedModelName ParsePart(ReadOnlySpan<char> text)
    {
        text = text.Length > MaximumLength ? text[..MaximumLength] : text;
        var reader = new Reader();
        for (var i = 0; i < text.Length;)
        {
            if (!char.IsLetterOrDigit(text[i]))
            {
                i++;
                continue;
            }

            i += reader.Read(text[i..]);
        }

        return reader.Result();
    }

    /// <summary>Reads word by word and keeps what they say.</summary>
    private ref struct Reader
    {
        private string? _family;
        private string? _version;
        private string? _release;
        private string? _quantization;
        private string? _quantizationMethod;
        private long? _total;
        private long? _active;
        private bool _totalIsActive;
        private bool _afterFamily;
        private ModelVariant _variant;

        /// <summary>Reads the word that a text begins with. Returns its length.</summary>
        public int Read(ReadOnlySpan<char> text)
        {
            var afterFamily = _afterFamily;
            _afterFamily = false;
            if (Quantization.TryMatch(text, out var quantization, out var length, out var isMethod))
            {
                _ = isMethod ? _quantizationMethod ??= quantization : _quantization ??= quantization;
                return length;
            }

            length = LengthOfWord(text);
            var word = text[..length];
            if (TakeCount(word))
            {
                return length;
            }

            if (_family is null && ModelFamilies.TryMatch(text, out var family, out var variant, out var root))
            {
                _family = family;
                _variant |= variant;
                _afterFamily = true;

                // The version often sticks to the family: qwen2.5, gemma3n, qwen2.5vl, mistral7b.
                var end = root < text.Length && char.IsLetterOrDigit(text[root]) ? root + LengthOfWord(text[root..]) : root;
                if (end > root)
                {
                    TakeAfterFamily(text[root..end]);
                }

                return end;
            }

            if (!(afterFamily && TakeAfterFamily(word)))
            {
                TakeWord(word);
            }

            return length;
        }

        public readonly ParsedModelName Result() => new()
        {
            Family = _family,
            Version = _version ?? (_family is null ? null : _release),
            ParameterCount = _totalIsActive ? null : _total,
            ActiveParameterCount = _totalIsActive ? _total : _active,
            Quantization = _quantization ?? _quantizationMethod,
            Variant = _variant,
        };

        /// <summary>Gets the length of a word: letters and digits, with dots and underscores only between digits.</summary>
        private static int LengthOfWord(ReadOnlySpan<char> text)
        {
            var i = 1;
            while (i < text.Length && (char.IsLetterOrDigit(text[i])
                || (text[i] is '.' or '_' && char.IsAsciiDigit(text[i - 1]) && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]))))
            {
                i++;
            }

            return i;
        }

        private bool TakeCount(ReadOnlySpan<char> word)
        {
            if (!ParameterCount.TryParse(word, out var count))
            {
                return false;
            }

            _total ??= count.Total;
            _active ??= count.Active;
            _totalIsActive |= count.TotalIsActive;
            return true;
        }

        /// <summary>Takes the word after a family for a version: 3.1, 4o, r1, 2.5vl. Returns whether it is one.</summary>
        private bool TakeAfterFamily(ReadOnlySpan<char> word)
        {
            if (TakeCount(word))
            {
                return true;
            }

            // DeepSeek's r1, Kimi's k2, BGE's m3.
            var digits = word[0] is 'r' or 'R' or 'k' or 'K' or 'm' or 'M' or 'v' or 'V' ? 1 : 0;
            var end = digits;
            while (end < word.Length && (char.IsAsciiDigit(word[end]) || word[end] is '.' or '_'))
            {
                end++;
            }

            var isRelease = end - digits > 3 && !word[digits..end].ContainsAny('.', '_');
            if (end == digits || isRelease || (digits == 1 && end < word.Length))
            {
                return false;
            }

            // gpt-4o and gemma3n are versions; in qwen2.5vl a word follows.
            var letters = word[end..];
            var versionEnd = letters.Length == 1 ? word.Length : end;
            var start = digits == 1 && word[0] is 'v' or 'V' ? 1 : 0;
            _version ??= word[start..versionEnd].ToString().Replace('_', '.').ToLowerInvariant();
            TakeWord(versionEnd < word.Length ? letters : word[start..]);
            return true;
        }

        private void TakeWord(ReadOnlySpan<char> word)
        {
            if (word.Length > 1 && word[0] is 'v' or 'V' && char.IsAsciiDigit(word[1]))
            {
                _version ??= word[1..].ToString().Replace('_', '.').ToLowerInvariant();
            }
            else if (word.Length == 4 && word[0] == '2' && int.TryParse(word, out var month) && month % 100 is >= 1 and <= 12)
            {
                _release ??= word.ToString();
            }
            else
            {
                _variant |= VariantOf(word);
            }
        }

        private static ModelVariant VariantOf(ReadOnlySpan<char> word)
        {
            Span<char> lower = stackalloc char[16];
            return word.Length > lower.Length || word.ToLowerInvariant(lower) < 0 ? ModelVariant.None : lower[..word.Length] switch
            {
                "instruct" or "it" or "chat" => ModelVariant.Instruct,
                "coder" or "code" or "coding" => ModelVariant.Coder,
                "vl" or "vision" or "vlm" or "multimodal" or "omni" => ModelVariant.Vision,
                "embed" or "embedding" or "embeddings" or "rerank" or "reranker" or "bert" => ModelVariant.Embedding,
                "thinking" or "reasoning" or "reasoner" or "r1" => ModelVariant.Reasoning,
                "base" or "pt" => ModelVariant.Base,
                _ => ModelVariant.None,
            };
        }
    }
}
