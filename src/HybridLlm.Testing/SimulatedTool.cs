using System.Text.Json;

namespace HybridLlm.Testing;

/// <summary>A tool that a request offers.</summary>
/// <param name="Name">The name of the tool.</param>
/// <param name="Parameters">The JSON schema of its arguments; an undefined element when the tool has none.</param>
public sealed record SimulatedTool(string Name, JsonElement Parameters);
