namespace HybridLlm.Testing.Generation;

/// <summary>A model could not be loaded.</summary>
internal sealed class ModelLoadException(string message) : Exception(message);
