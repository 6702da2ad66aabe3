namespace HybridLlm.Testing.Generation;

/// <summary>Makes ids that look random, differ from one another and are the same in every run of a test.</summary>
internal static class Ids
{
    private const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const string Hexadecimal = "0123456789abcdef";

    public static string Letters(long seed, int length) => Make(seed, length, Alphanumeric);

    public static string Hex(long seed, int length) => Make(seed, length, Hexadecimal);

    private static string Make(long seed, int length, string alphabet)
    {
        var state = ((ulong)seed + 1) * 0x9E3779B97F4A7C15UL;
        return string.Create(length, alphabet, (characters, letters) =>
        {
            for (var i = 0; i < characters.Length; i++)
            {
                state = (state ^ (state >> 29)) * 0xBF58476D1CE4E5B9UL + 0x632BE59BD9B4E019UL;
                characters[i] = letters[(int)((state >> 33) % (ulong)letters.Length)];
            }
        });
    }
}
