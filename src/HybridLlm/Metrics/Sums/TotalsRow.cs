namespace HybridLlm.Metrics.Sums;

/// <summary>Totals of an hour as bytes: most counts take one, and sums that are 0 none.</summary>
internal static class TotalsRow
{
    public static void Write(BinaryWriter writer, OutcomeTotals totals)
    {
        writer.Write7BitEncodedInt64(totals.Succeeded);
        writer.Write7BitEncodedInt64(totals.Failed);
        writer.Write7BitEncodedInt64(totals.Escalated);
        writer.Write7BitEncodedInt64(totals.Cancelled);
        writer.Write7BitEncodedInt64(totals.Cached);
        writer.Write7BitEncodedInt64(totals.Fallbacks);
        writer.Write7BitEncodedInt64(totals.Ratings);
        writer.Write7BitEncodedInt64(totals.Rejected);
        writer.Write7BitEncodedInt64(totals.Compared);
        writer.Write7BitEncodedInt64(totals.Disagreed);
        writer.Write7BitEncodedInt64(totals.FirstTokens);
        writer.Write7BitEncodedInt64(totals.Paces);
        writer.Write7BitEncodedInt64(totals.InputTokens);
        writer.Write7BitEncodedInt64(totals.OutputTokens);
        writer.Write7BitEncodedInt64(totals.Unmetered);
        WriteSums(
            writer,
            totals.RatingSum,
            totals.RatingSquares,
            totals.AgreementSum,
            totals.LatencySum,
            totals.LogLatencySum,
            totals.LogLatencySquares,
            totals.FirstTokenSum,
            totals.PaceSum,
            totals.BusyMs,
            totals.LostMs);
        writer.Write(totals.First!.Value.UtcTicks);
        writer.Write7BitEncodedInt64(totals.Last!.Value.UtcTicks - totals.First.Value.UtcTicks);
        writer.Write7BitEncodedInt64(totals.Latency.Buckets.Count);
        foreach (var (bucket, count) in totals.Latency.Buckets)
        {
            writer.Write7BitEncodedInt64(bucket);
            writer.Write7BitEncodedInt64(count);
        }
    }

    /// <summary>Reads totals and adds them to others; <see langword="null"/> to pass over them.</summary>
    public static void AddTo(OutcomeTotals? sum, ref SpanReader reader)
    {
        sum ??= new OutcomeTotals { Group = Nowhere };
        sum.Succeeded += reader.ReadCount();
        sum.Failed += reader.ReadCount();
        sum.Escalated += reader.ReadCount();
        sum.Cancelled += reader.ReadCount();
        sum.Cached += reader.ReadCount();
        sum.Fallbacks += reader.ReadCount();
        sum.Ratings += reader.ReadCount();
        sum.Rejected += reader.ReadCount();
        sum.Compared += reader.ReadCount();
        sum.Disagreed += reader.ReadCount();
        sum.FirstTokens += reader.ReadCount();
        sum.Paces += reader.ReadCount();
        sum.InputTokens += reader.ReadCount();
        sum.OutputTokens += reader.ReadCount();
        sum.Unmetered += reader.ReadCount();
        var mask = reader.ReadUInt16();
        sum.RatingSum += ReadSum(ref reader, mask, 0);
        sum.RatingSquares += ReadSum(ref reader, mask, 1);
        sum.AgreementSum += ReadSum(ref reader, mask, 2);
        sum.LatencySum += ReadSum(ref reader, mask, 3);
        sum.LogLatencySum += ReadSum(ref reader, mask, 4);
        sum.LogLatencySquares += ReadSum(ref reader, mask, 5);
        sum.FirstTokenSum += ReadSum(ref reader, mask, 6);
        sum.PaceSum += ReadSum(ref reader, mask, 7);
        sum.BusyMs += ReadSum(ref reader, mask, 8);
        sum.LostMs += ReadSum(ref reader, mask, 9);
        var first = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero);
        var last = first.AddTicks(reader.ReadCount());
        sum.First = sum.First <= first ? sum.First : first;
        sum.Last = sum.Last >= last ? sum.Last : last;
        for (var buckets = reader.ReadIndex(LatencyDistribution.BucketCount + 1); buckets > 0; buckets--)
        {
            var bucket = reader.ReadIndex(LatencyDistribution.BucketCount);
            sum.Latency.Add(bucket, reader.ReadCount());
        }
    }

    private static OutcomeGroup Nowhere { get; } = new("", "", null, "", default);

    private static void WriteSums(BinaryWriter writer, params ReadOnlySpan<double> sums)
    {
        ushort mask = 0;
        for (var i = 0; i < sums.Length; i++)
        {
            mask |= (ushort)(sums[i] == 0 ? 0 : 1 << i);
        }

        writer.Write(mask);
        foreach (var sum in sums)
        {
            if (sum != 0)
            {
                writer.Write(sum);
            }
        }
    }

    private static double ReadSum(ref SpanReader reader, ushort mask, int number) => (mask & (1 << number)) == 0 ? 0 : reader.ReadDouble();
}
