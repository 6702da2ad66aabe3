namespace HybridLlm.LlamaCpp.Supervision;

/// <summary>What is started, and how.</summary>
/// <param name="Path">The absolute path of the executable.</param>
/// <param name="Arguments">Its arguments. They are visible to every user of the machine, so no secret stands here.</param>
/// <param name="Environment">Its whole environment.</param>
internal sealed record ServerCommand(string Path, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment);
