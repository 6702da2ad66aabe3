using System.Globalization;
using System.Text;

namespace HybridLlm.Neo4j.Rollups;

/// <summary>Roll-ups as texts: what a server takes to send an answer is decided by how many values it has, not by how long they are.</summary>
/// <remarks>
/// Numbers, each with a semicolon after it, and then the names, of which these numbers give the lengths: so names may hold anything, and texts may follow each other without
/// anything in between. Of the sums only those are written that are not 0, after their places.
/// </remarks>
internal static class RollupText
{
    private const char End = ';';

    /// <summary>Writes a roll-up.</summary>
    public static string Write(RollupRow row)
    {
        var text = new StringBuilder(256);
        text.Append(CultureInfo.InvariantCulture, $"{row.Start.ToUnixTimeSeconds()};{row.First};{row.Last};{(int)row.Complexity};");
        text.Append(CultureInfo.InvariantCulture, $"{row.Provider.Length};{row.Model.Length};{row.ModelVersion?.Length ?? -1};{row.TaskType.Length};");
        text.Append(CultureInfo.InvariantCulture, $"{row.Sums.Count(static sum => sum != 0)};");
        for (var i = 0; i < row.Sums.Length; i++)
        {
            if (row.Sums[i] != 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{i};{row.Sums[i]:R};");
            }
        }

        text.Append(CultureInfo.InvariantCulture, $"{row.Buckets.Length};");
        for (var i = 0; i < row.Buckets.Length; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.Buckets[i]};{row.Counts[i]};");
        }

        return text.Append(row.Provider).Append(row.Model).Append(row.ModelVersion).Append(row.TaskType).ToString();
    }

    /// <summary>Reads the roll-ups of a text, up to what somebody else wrote.</summary>
    public static List<RollupRow> ReadAll(string text)
    {
        var rows = new List<RollupRow>();
        var reader = new Reader(text);
        while (!reader.IsAtEnd && TryRead(ref reader) is { } row)
        {
            rows.Add(row);
        }

        return rows;
    }

    private static RollupRow? TryRead(ref Reader reader)
    {
        var (start, first, last, complexity) = (reader.Whole(), reader.Whole(), reader.Whole(), (ComplexityLevel)reader.Whole());
        var (provider, model, version, task) = (reader.Whole(), reader.Whole(), reader.Whole(), reader.Whole());
        var sums = new double[RollupSum.All.Count];
        for (var left = reader.Count(); left > 0; left--)
        {
            var place = reader.Whole();
            var sum = reader.Number();
            if (place >= 0 && place < sums.Length)
            {
                sums[place] = sum;
            }
        }

        var count = reader.Count();
        var (buckets, counts) = (new int[count], new long[count]);
        for (var i = 0; i < count; i++)
        {
            (buckets[i], counts[i]) = ((int)reader.Whole(), reader.Whole());
        }

        var names = (Provider: reader.Name(provider), Model: reader.Name(model), Version: version < 0 ? null : reader.Name(version), Task: reader.Name(task));
        return reader.IsGood && start is >= -62_135_596_800 and <= 253_402_300_799 && Enum.IsDefined(complexity)
            ? new(names.Provider, names.Model, names.Version, names.Task, complexity, DateTimeOffset.FromUnixTimeSeconds(start), sums, buckets, counts, first, last)
            : null;
    }

    private ref struct Reader(string text)
    {
        private ReadOnlySpan<char> _rest = text;

        /// <summary>Gets whether all that was read was there.</summary>
        public bool IsGood { get; private set; } = true;

        public readonly bool IsAtEnd => _rest.IsEmpty;

        public long Whole()
        {
            IsGood &= long.TryParse(Next(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
            return number;
        }

        public double Number()
        {
            IsGood &= double.TryParse(Next(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
            return number;
        }

        /// <summary>Reads of how many numbers a list consists: no more than the text has room for.</summary>
        public int Count()
        {
            var count = Whole();
            IsGood &= count >= 0 && count <= _rest.Length;
            return IsGood ? (int)count : 0;
        }

        public string Name(long length)
        {
            IsGood &= length >= 0 && length <= _rest.Length;
            if (!IsGood)
            {
                return "";
            }

            var name = _rest[..(int)length].ToString();
            _rest = _rest[(int)length..];
            return name;
        }

        private ReadOnlySpan<char> Next()
        {
            var end = _rest.IndexOf(End);
            if (end < 0)
            {
                IsGood = false;
                return default;
            }

            var next = _rest[..end];
            _rest = _rest[(end + 1)..];
            return next;
        }
    }
}
