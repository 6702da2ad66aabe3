namespace HybridLlm.Ollama;

/// <summary>A model that is in the server's memory.</summary>
/// <param name="Name">The name by which it was loaded. Other names of the same weights use the same copy and are not listed.</param>
/// <param name="Digest">The digest of the model, which changes with its weights and its settings.</param>
/// <param name="SizeBytes">The memory that it takes, in bytes.</param>
/// <param name="VramBytes">How much of it is on a GPU, in bytes. Some CPUs without a GPU report a part of their own memory here.</param>
/// <param name="ContextLength">How many tokens fit a request as it is loaded; <see langword="null"/> where the server does not tell.</param>
/// <param name="ExpiresAt">When it will be unloaded if no request comes; centuries ahead if it stays. While it answers, that of its last idle moment.</param>
public sealed record OllamaLoadedModel(string Name, string? Digest, long SizeBytes, long VramBytes, int? ContextLength, DateTimeOffset? ExpiresAt);
