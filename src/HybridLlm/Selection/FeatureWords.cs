namespace HybridLlm.Selection;

/// <summary>Says which features a model lacks. Each combination is put in words once.</summary>
internal static class FeatureWords
{
    public const string OnlyEmbeds = "it makes embeddings, not answers";

    private static readonly string?[] Cache = new string?[128];

    /// <summary>Gets the words for missing features.</summary>
    public static string For(LlmFeatures missing)
    {
        var index = (int)missing;
        return (uint)index < (uint)Cache.Length ? Cache[index] ??= Describe(missing) : Describe(missing);
    }

    private static string Describe(LlmFeatures missing) => $"it lacks {missing}";
}
