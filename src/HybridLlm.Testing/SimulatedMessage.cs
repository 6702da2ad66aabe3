namespace HybridLlm.Testing;

/// <summary>A message of a request.</summary>
/// <param name="Role">The role, such as <c>user</c>.</param>
/// <param name="Text">The text; the text parts of a message that has parts, one after the other.</param>
public sealed record SimulatedMessage(string Role, string Text);
