namespace HybridLlm.Testing;

/// <summary>A tool call that a simulator makes.</summary>
/// <param name="Name">The name of the tool.</param>
/// <param name="Arguments">The arguments as JSON text; sent as it is, so text that is no JSON makes a broken call.</param>
public sealed record SimulatedToolCall(string Name, string Arguments)
{
    /// <summary>Gets the arguments as the pieces to stream, one token each; <see langword="null"/>, the default, to cut <see cref="Arguments"/> into words.</summary>
    public IReadOnlyList<string>? Pieces { get; init; }

    /// <summary>Gets the id of the call; <see langword="null"/>, the default, for one in the backend's own form.</summary>
    public string? Id { get; init; }
}
