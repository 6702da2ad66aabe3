namespace HybridLlm.Tool.Classification;

/// <summary>The names of the levels in files.</summary>
internal static class Levels
{
    public static string NameOf(ComplexityLevel level) => level switch
    {
        ComplexityLevel.Simple => "simple",
        ComplexityLevel.Medium => "medium",
        _ => "complex",
    };
}
