namespace HybridLlm.Metrics.Sums;

/// <summary>Ids of 16 bytes each, in the order in which the bytes of UUIDs sort.</summary>
internal static class SortedIds
{
    /// <summary>Tells whether an id is among them.</summary>
    public static bool Holds(ReadOnlySpan<byte> ids, Guid id)
    {
        var (low, high) = (0, ids.Length / 16);
        while (low < high)
        {
            var middle = (low + high) / 2;
            switch (id.CompareTo(new Guid(ids.Slice(middle * 16, 16), bigEndian: true)))
            {
                case 0:
                    return true;
                case < 0:
                    high = middle;
                    break;
                default:
                    low = middle + 1;
                    break;
            }
        }

        return false;
    }
}
