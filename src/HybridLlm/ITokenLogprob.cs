namespace HybridLlm;

/// <summary>
/// A token of an answer and how probable the model found it. A provider that has <see cref="LlmFeatures.Logprobs"/> puts a list of them into the additional
/// properties of a response, or piece by piece into those of a stream's updates, under <see cref="HybridLlmOptionKeys.Logprobs"/>, when the options ask for it.
/// </summary>
public interface ITokenLogprob
{
    /// <summary>Gets the token's text.</summary>
    string Token { get; }

    /// <summary>Gets the natural logarithm of the probability, 0 or less.</summary>
    double Logprob { get; }
}
