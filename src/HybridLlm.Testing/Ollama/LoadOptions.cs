namespace HybridLlm.Testing.Ollama;

/// <summary>What a model is loaded with: a request that wants something else makes it load again.</summary>
/// <param name="Context">The size of the context, in tokens.</param>
/// <param name="Others">The other options that count, in a fixed order.</param>
internal sealed record LoadOptions(int Context, string Others);
