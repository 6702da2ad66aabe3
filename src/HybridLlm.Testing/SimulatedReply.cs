namespace HybridLlm.Testing;

/// <summary>What a simulated model says. A string converts to a reply with that text.</summary>
public sealed record SimulatedReply
{
    /// <summary>Gets the text of the answer; empty by default.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>Gets the text as the pieces to stream, one token each; <see langword="null"/>, the default, to cut <see cref="Text"/> into words.</summary>
    public IReadOnlyList<string>? Pieces { get; init; }

    /// <summary>Gets what the model thinks before it answers; <see langword="null"/>, the default, for nothing.</summary>
    public string? Reasoning { get; init; }

    /// <summary>Gets the thoughts as the pieces to stream, one token each; <see langword="null"/>, the default, to cut <see cref="Reasoning"/> into words.</summary>
    public IReadOnlyList<string>? ReasoningPieces { get; init; }

    /// <summary>Gets the tools that the model calls, after the text; none by default.</summary>
    public IReadOnlyList<SimulatedToolCall> ToolCalls { get; init; } = [];

    /// <summary>
    /// Gets the finish reason on the wire; <see langword="null"/>, the default, for what the request and the text make of it:
    /// <c>stop</c>, <c>length</c> or <c>tool_calls</c>.
    /// </summary>
    public string? FinishReason { get; init; }

    /// <summary>Gets the time to the first token of this reply; <see langword="null"/>, the default, for that of the simulator.</summary>
    public TimeSpan? TimeToFirstToken { get; init; }

    /// <summary>Gets the time from token to token of this reply; <see langword="null"/>, the default, for that of the simulator.</summary>
    public TimeSpan? TokenDelay { get; init; }

    /// <summary>Makes a reply of a text.</summary>
    /// <param name="text">The text.</param>
    public static implicit operator SimulatedReply(string text) => FromString(text);

    /// <summary>Makes a reply of a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The reply.</returns>
    public static SimulatedReply FromString(string text) => new() { Text = text };
}
