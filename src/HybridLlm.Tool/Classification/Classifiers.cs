namespace HybridLlm.Tool.Classification;

/// <summary>The classifiers that can be asked.</summary>
internal static class Classifiers
{
    /// <summary>Gets the classifier that every application has.</summary>
    public static ITaskClassifier Default() => new HybridLlm.Classification.DefaultTaskClassifier();
}
