using System.Numerics;

namespace HybridLlm.Classification;

/// <summary>Features of how a prompt is built rather than of what it says.</summary>
internal static class ShapeFeatures
{
    private const uint Seed = 0xB1;

    /// <summary>Adds the features.</summary>
    public static void Add(PromptScan scan, string? language, FeatureSet features)
    {
        var c = scan.Counts;
        var id = 0u;
        Put(HalfOctave(c.Length));
        Put(HalfOctave(c.Words));
        Put(Log(c.Lines));
        Put(Log(scan.Sentences));
        Put(Log(c.EmptyLines));
        Put(Math.Min(c.Fences, 4));
        Put(Log(c.CodeLines));
        Put(Log(c.TraceLines));
        Put(Log(c.Bullets));
        Put(Log(c.NumberedItems));
        Put(Math.Min(c.Headings, 3));
        Put(Math.Min(c.Files, 4));
        Put(Math.Min(c.Questions, 4));
        Put(Math.Min(c.Exclamations, 3));
        Put(Log(c.Braces));
        Put(Log(c.Quotes));
        Put(Log(c.MathSigns));
        Put(Log(c.CapitalWords));
        Put(Tenths(c.Digits, c.Length));
        Put(Tenths(c.Symbols, c.Length));
        Put(Tenths(c.CodeLines, c.Lines));
        Put(Tenths(c.Ideographs, c.Length));
        Put(c.Last);
        Put(language is null ? 0 : (int)Hashing.Of(language));
        Put(HalfOctave(c.Words / Math.Max(1, scan.Sentences)));
        Put((Log(c.Length) * 8) + (c.Last == '?' ? 1 : c.Last == ':' ? 2 : c.Last == '.' ? 3 : 0));
        Put((Log(c.Length) * 8) + Math.Min(c.Questions, 3));
        Put((Log(c.Length) * 4) + (c.CodeLines + c.Fences > 0 ? 1 : 0) + (c.Files > 0 ? 2 : 0));

        void Put(int value) => features.Add(Hashing.Add(Hashing.Add(Seed, id++), (uint)value));
    }

    private static int Log(int value) => value <= 0 ? 0 : BitOperations.Log2((uint)value) + 1;

    private static int HalfOctave(int value) => value <= 0 ? 0 : (2 * BitOperations.Log2((uint)value)) + ((value & (value == 1 ? 0 : 1 << (BitOperations.Log2((uint)value) - 1))) == 0 ? 1 : 2);

    private static int Tenths(int part, int whole) => whole == 0 ? 0 : (int)Math.Ceiling(Math.Min(1.0, (double)part / whole) * 10);
}
