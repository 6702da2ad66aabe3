namespace HybridLlm.Tool.Learning;

/// <summary>What is taken of a text to compare it by.</summary>
/// <param name="Words">Words and pairs of words, by hash, with how often they occur.</param>
/// <param name="Characters">Runs of characters.</param>
/// <param name="Signs">How it is built.</param>
internal sealed record Features(Dictionary<uint, int> Words, Dictionary<uint, int> Characters, float[] Signs)
{
    /// <summary>Gets what it means, as an encoder puts it: a vector of length 1; <see langword="null"/> where no encoder was asked.</summary>
    public float[]? Meaning { get; init; }

    /// <summary>Takes the features of a prompt, all but what it means.</summary>
    public static Features Of(string prompt) => new(TextTerms.Words(prompt), TextTerms.Characters(prompt), TextSigns.Read(prompt));
}
