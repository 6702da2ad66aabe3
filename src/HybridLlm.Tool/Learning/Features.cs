namespace HybridLlm.Tool.Learning;

/// <summary>What is taken of a text to compare it by.</summary>
/// <param name="Words">Words and pairs of words, by hash, with how often they occur.</param>
/// <param name="Characters">Runs of characters.</param>
/// <param name="Signs">How it is built.</param>
internal sealed record Features(Dictionary<uint, int> Words, Dictionary<uint, int> Characters, float[] Signs)
{
    /// <summary>Takes the features of a prompt.</summary>
    public static Features Of(string prompt) => new(TextTerms.Words(prompt), TextTerms.Characters(prompt), TextSigns.Read(prompt));
}
