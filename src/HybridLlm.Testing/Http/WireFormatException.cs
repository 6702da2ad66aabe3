namespace HybridLlm.Testing.Http;

/// <summary>What the client sent is no HTTP/1.1 request.</summary>
internal sealed class WireFormatException(string message) : Exception(message);
