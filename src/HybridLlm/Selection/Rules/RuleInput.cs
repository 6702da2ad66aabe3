using Microsoft.Extensions.AI;

namespace HybridLlm.Selection.Rules;

/// <summary>What the condition of a rule can see.</summary>
/// <param name="Request">The request.</param>
/// <param name="Profile">What the request is.</param>
/// <param name="Time">The clock.</param>
internal readonly record struct RuleInput(LlmRequest Request, TaskProfile Profile, TimeProvider Time)
{
    /// <summary>Gets a value of the metadata; empty when it is not there.</summary>
    public string Metadata(string key) =>
        Request.Metadata is { } metadata && metadata.TryGetValue(key, out var value) ? value ?? string.Empty : string.Empty;

    /// <summary>Gets the text of the user's newest message; empty when there is none.</summary>
    public string Prompt()
    {
        var messages = Request.Messages;
        for (var i = messages.Count - 1; i >= 0; i--)
        {
            if (messages[i].Role == ChatRole.User)
            {
                return messages[i].Text;
            }
        }

        return string.Empty;
    }

    /// <summary>Gets whether the request offers a tool of a name.</summary>
    public bool OffersTool(string name)
    {
        if (Request.Options?.Tools is { } tools)
        {
            for (var i = 0; i < tools.Count; i++)
            {
                if (string.Equals(tools[i].Name, name, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
