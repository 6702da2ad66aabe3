namespace HybridLlm.Learning;

/// <summary>What a call teaches about prompts like its own.</summary>
/// <param name="RequestId">The request, by which a rating finds it again; <see langword="null"/> when none will come.</param>
/// <param name="Model">The model.</param>
/// <param name="Version">Its version; <see langword="null"/> when it is not known.</param>
/// <param name="Expected">The success that its task led to expect before the call, 0 to 1.</param>
/// <param name="Score">How well it went, 0 to 1.</param>
internal readonly record struct PromptLesson(string? RequestId, string Model, string? Version, double Expected, double Score);
