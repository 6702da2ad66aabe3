namespace HybridLlm.Tool.Files;

/// <summary>What the user gave cannot be used; the message says where and why.</summary>
internal sealed class InputException(string message, Exception? inner = null) : Exception(message, inner);
