namespace HybridLlm.OpenAICompatible;

/// <summary>A token of an answer and how probable the model found it.</summary>
/// <param name="Token">The token's text; empty or with replacement characters where the token is a part of a character.</param>
/// <param name="Logprob">The natural logarithm of the probability.</param>
public sealed record TokenLogprob(string Token, double Logprob) : ITokenLogprob
{
    /// <summary>Gets the token's UTF-8 bytes; <see langword="null"/> where the server does not tell.</summary>
    public ReadOnlyMemory<byte>? Bytes { get; init; }

    /// <summary>Gets the most probable tokens in this place, as many as were asked for.</summary>
    public IReadOnlyList<TokenLogprob> Alternatives { get; init; } = [];
}
