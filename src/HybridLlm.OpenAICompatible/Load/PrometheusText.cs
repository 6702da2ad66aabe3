using System.Buffers.Text;

namespace HybridLlm.OpenAICompatible.Load;

/// <summary>Reads single values from metrics in Prometheus' text format, without making strings of the rest.</summary>
internal static class PrometheusText
{
    /// <summary>Sums the samples of a metric over all its labels.</summary>
    /// <param name="text">The metrics.</param>
    /// <param name="name">The metric's whole name.</param>
    /// <returns>The sum; <see langword="null"/> if there is no sample that is a finite number.</returns>
    internal static double? Sum(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        double? sum = null;
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range];
            if (line.StartsWith(name) && line.Length > name.Length && line[name.Length] is (byte)'{' or (byte)' ' && Value(line) is { } value)
            {
                sum = (sum ?? 0) + value;
            }
        }

        return sum;
    }

    // NAME{labels} VALUE [TIMESTAMP]; a label's value may hold blanks and braces, but no sample of interest has a timestamp.
    private static double? Value(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd("\r "u8);
        var number = line[(line.LastIndexOf((byte)' ') + 1)..];
        return Utf8Parser.TryParse(number, out double value, out var read) && read == number.Length && double.IsFinite(value) ? value : null;
    }
}
