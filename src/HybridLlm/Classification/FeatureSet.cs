namespace HybridLlm.Classification;

/// <summary>The known features of a prompt: rows of the weight table, each once, in blocks. Reused from prompt to prompt; not safe for concurrent use.</summary>
internal sealed class FeatureSet
{
    /// <summary>The kinds of feature, each weighted by its own number so that none drowns another.</summary>
    public enum Block
    {
        /// <summary>Words and pairs of words, wherever they stand.</summary>
        Words,

        /// <summary>Runs of three to five characters.</summary>
        Characters,

        /// <summary>Words at the beginning and at the end, where a long prompt says what it wants.</summary>
        Place,

        /// <summary>Length, layout, punctuation, language.</summary>
        Shape,
    }

    /// <summary>The number of blocks.</summary>
    public const int Blocks = 4;

    /// <summary>The most features of a prompt; what comes beyond is left out.</summary>
    public const int Capacity = 5 * PromptScan.MaxLength;

    private readonly int[] _rows = new int[Capacity];
    private readonly int[] _ends = new int[Blocks];
    private readonly ulong[] _seen;
    private readonly FeatureTable? _table;
    private int _count;

    /// <param name="table">The features that are known; <see langword="null"/> to take them all, by their hash and as often as they occur.</param>
    public FeatureSet(FeatureTable? table)
    {
        _table = table;
        _seen = new ulong[((table?.Rows ?? 0) + 63) / 64];
    }

    /// <summary>Gets the rows of a block.</summary>
    public ReadOnlySpan<int> this[Block block]
    {
        get
        {
            var start = block == 0 ? 0 : _ends[(int)block - 1];
            return _rows.AsSpan(start, _ends[(int)block] - start);
        }
    }

    /// <summary>Starts anew.</summary>
    public void Clear()
    {
        if (_table is not null)
        {
            foreach (var row in _rows.AsSpan(0, _count))
            {
                _seen[row >> 6] = 0;
            }
        }

        _count = 0;
        _ends.AsSpan().Clear();
    }

    /// <summary>Adds a feature, if it is known and not there yet.</summary>
    public void Add(uint hash) => AddFinished(Hashing.Finish(hash));

    /// <summary>Adds a feature whose hash is already spread over all its bits.</summary>
    public void AddFinished(uint feature)
    {
        if (_table is null)
        {
            Append((int)feature);
            return;
        }

        var row = _table.Find(feature);
        if (row < 0)
        {
            return;
        }

        ref var seen = ref _seen[row >> 6];
        var bit = 1UL << row;
        if ((seen & bit) == 0 && Append(row))
        {
            seen |= bit;
        }
    }

    private bool Append(int row)
    {
        if ((uint)_count >= (uint)_rows.Length)
        {
            return false;
        }

        _rows[_count++] = row;
        return true;
    }

    /// <summary>Ends a block; blocks end in order.</summary>
    public void End(Block block) => _ends[(int)block] = _count;
}
