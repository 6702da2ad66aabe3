namespace HybridLlm.Catalog;

/// <summary>The ways in which weights are rounded: how they are written in names, and how many bits a weight takes.</summary>
internal static class Quantization
{
    /// <summary>Bits per weight where nothing is known: those of Q4_K_M, which local backends serve most.</summary>
    public const double UsualBits = 4.84;

    /// <summary>Other spellings than llama.cpp's <c>Q4_K_M</c>: text, the name it stands for, bits per weight.</summary>
    private static readonly (string Text, string Name, double Bits)[] Words =
    [
        ("bf16", "BF16", 16), ("fp16", "F16", 16), ("f16", "F16", 16), ("fp32", "F32", 32), ("f32", "F32", 32),
        ("fp8", "FP8", 8), ("int8", "INT8", 8), ("w8a8", "W8A8", 8), ("w8a16", "W8A16", 8), ("int4", "INT4", 4.5), ("w4a16", "W4A16", 4.5), ("fp4", "FP4", 4.5),
        ("mxfp4", "MXFP4", 4.25), ("nvfp4", "NVFP4", 4.5), ("awq", "AWQ", 4.5), ("gptq", "GPTQ", 4.5), ("exl2", "EXL2", 4.5), ("exl3", "EXL3", 4),
        ("8bit", "8bit", 8.5), ("6bit", "6bit", 6.5), ("5bit", "5bit", 5.5), ("4bit", "4bit", 4.5), ("3bit", "3bit", 3.5), ("2bit", "2bit", 2.5),
        ("8-bit", "8bit", 8.5), ("6-bit", "6bit", 6.5), ("5-bit", "5bit", 5.5), ("4-bit", "4bit", 4.5), ("3-bit", "3bit", 3.5), ("2-bit", "2bit", 2.5),
    ];

    /// <summary>Reads a quantization at the beginning of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">The usual spelling.</param>
    /// <param name="length">How many characters it takes.</param>
    /// <param name="isMethod">Whether only the method is named, such as AWQ, and a number of bits may follow.</param>
    public static bool TryMatch(ReadOnlySpan<char> text, out string name, out int length, out bool isMethod)
    {
        isMethod = false;
        foreach (var word in Words)
        {
            if (text.StartsWith(word.Text, StringComparison.OrdinalIgnoreCase) && EndsAt(text, word.Text.Length))
            {
                (name, length) = (word.Name, word.Text.Length);
                isMethod = char.IsAsciiLetter(name[^1]) && !name.EndsWith("bit", StringComparison.Ordinal);
                return true;
            }
        }

        length = LengthOfKind(text);
        name = length == 0 ? "" : text[..length].ToString().ToUpperInvariant();
        return length > 0;
    }

    /// <summary>Gets how many bits a weight takes; <see langword="null"/> when the text is none of the known spellings.</summary>
    public static double? Bits(string? quantization)
    {
        if (quantization is null || !TryMatch(quantization.AsSpan().Trim(), out var name, out _, out _))
        {
            return null;
        }

        foreach (var word in Words)
        {
            if (word.Name == name)
            {
                return word.Bits;
            }
        }

        // Q4_0, Q4_1, Q4_K_M, IQ4_XS, TQ1_0: the figure, and what scales and larger parts add to it.
        var figure = name.IndexOf('Q', StringComparison.Ordinal) + 1;
        var bits = name[figure] - '0';
        return bits + name[0] switch
        {
            'I' => bits == 1 ? 0.75 : 0.4,
            'T' => bits == 1 ? 0.69 : 0.06,
            _ => Overhead(bits, name[(figure + 1)..]),
        };
    }

    /// <summary>Gets what the parts of llama.cpp's K-quants and of its older ones take above their figure, as llama.cpp states it for models of 7B.</summary>
    private static double Overhead(int bits, string part) => part switch
    {
        "_1" => 1,
        "_K_S" => bits switch
        {
            2 => 1.2,
            4 => 0.58,
            _ => 0.5,
        },
        "_K" or "_K_M" => bits switch
        {
            2 => 1.35,
            3 => 0.91,
            4 => 0.84,
            5 => 0.68,
            _ => 0.56,
        },
        _ when part.StartsWith("_K", StringComparison.Ordinal) => bits switch
        {
            2 => 1.4,
            3 => 1.27,
            _ => 0.95,
        },
        _ => 0.5,
    };

    /// <summary>Gets the length of <c>Q4_K_M</c> and the like: an optional I or T, Q, a figure, then parts of figures and a few letters.</summary>
    private static int LengthOfKind(ReadOnlySpan<char> text)
    {
        var i = text.Length > 0 && char.ToUpperInvariant(text[0]) is 'I' or 'T' ? 1 : 0;
        if (text.Length < i + 2 || char.ToUpperInvariant(text[i]) != 'Q' || text[i + 1] is < '1' or > '8')
        {
            return 0;
        }

        i += 2;
        if (text[i..].StartsWith("f16", StringComparison.OrdinalIgnoreCase) || text[i..].StartsWith("f32", StringComparison.OrdinalIgnoreCase))
        {
            i += 3;
        }

        while (i < text.Length && text[i] == '_')
        {
            var end = i + 1;
            while (end < text.Length && char.IsAsciiLetterOrDigit(text[end]))
            {
                end++;
            }

            if (!IsPart(text[(i + 1)..end]))
            {
                break;
            }

            i = end;
        }

        return EndsAt(text, i) ? i : 0;
    }

    private static bool IsPart(ReadOnlySpan<char> part) => part.Length switch
    {
        1 => char.IsAsciiDigit(part[0]) || char.ToUpperInvariant(part[0]) is 'K' or 'S' or 'M' or 'L' or 'P',
        2 => part.Equals("XS", StringComparison.OrdinalIgnoreCase) || part.Equals("XL", StringComparison.OrdinalIgnoreCase) || part.Equals("NL", StringComparison.OrdinalIgnoreCase),
        3 => part.Equals("XXS", StringComparison.OrdinalIgnoreCase) || part.Equals("XXL", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    private static bool EndsAt(ReadOnlySpan<char> text, int length) => length == text.Length || !char.IsLetterOrDigit(text[length]);
}
