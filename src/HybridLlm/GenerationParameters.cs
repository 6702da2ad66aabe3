using Microsoft.Extensions.AI;

namespace HybridLlm;

/// <summary>Sampling parameters that a request may leave open. <see langword="null"/> leaves one to whoever comes next.</summary>
/// <param name="Temperature">The temperature, 0 to 2.</param>
/// <param name="TopP">The share of probability that is sampled from, above 0 to 1.</param>
/// <param name="MaxTokens">How many tokens an answer may have.</param>
public sealed record GenerationParameters(float? Temperature = null, float? TopP = null, int? MaxTokens = null)
{
    /// <summary>Gets parameters that leave everything open.</summary>
    public static GenerationParameters None { get; } = new();

    /// <summary>Fills what these parameters leave open.</summary>
    /// <param name="other">What is taken where these are <see langword="null"/>.</param>
    /// <returns>The merged parameters.</returns>
    public GenerationParameters Over(GenerationParameters other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new(Temperature ?? other.Temperature, TopP ?? other.TopP, MaxTokens ?? other.MaxTokens);
    }

    /// <summary>Fills what options leave open.</summary>
    /// <param name="options">The options to fill.</param>
    public void ApplyTo(ChatOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Temperature ??= Temperature;
        options.TopP ??= TopP;
        options.MaxOutputTokens ??= MaxTokens;
    }
}
