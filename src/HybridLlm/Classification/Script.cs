namespace HybridLlm.Classification;

/// <summary>The scripts that are told apart.</summary>
internal static class Script
{
    public const int Latin = 0;
    public const int Greek = 1;
    public const int Cyrillic = 2;
    public const int Hebrew = 3;
    public const int Arabic = 4;
    public const int Indic = 5;
    public const int Thai = 6;
    public const int Hangul = 7;
    public const int Other = 8;

    /// <summary>The number of scripts.</summary>
    public const int Count = 9;

    /// <summary>Gets the script of a letter.</summary>
    public static int Of(char c) => c switch
    {
        < '\u0370' or (>= '\u1E00' and < '\u1F00') => Latin,
        < '\u0400' => Greek,
        < '\u0530' => Cyrillic,
        >= '\u0590' and < '\u0600' => Hebrew,
        >= '\u0600' and < '\u0780' => Arabic,
        >= '\u0900' and < '\u0E00' => Indic,
        >= '\u0E00' and < '\u0E80' => Thai,
        >= '\uAC00' and < '\uD7B0' or >= '\u1100' and < '\u1200' => Hangul,
        _ => Other,
    };
}
