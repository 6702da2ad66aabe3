using Microsoft.Extensions.AI;

namespace HybridLlm;

/// <summary>An answer to be judged, and what it answers.</summary>
public sealed class ConfidenceContext
{
    private IReadOnlyList<ITokenLogprob>? _logprobs;
    private string? _text;
    private string? _prompt;

    /// <summary>Gets the request.</summary>
    public required LlmRequest Request { get; init; }

    /// <summary>Gets what the request is.</summary>
    public required TaskProfile Profile { get; init; }

    /// <summary>Gets the model that gave the answer.</summary>
    public required ModelProfile Model { get; init; }

    /// <summary>Gets the answer, or as much of it as there is.</summary>
    public required ChatResponse Response { get; init; }

    /// <summary>Gets a value indicating whether the answer is still being written.</summary>
    public bool IsBeginning { get; init; }

    /// <summary>Gets the text of the answer without thoughts.</summary>
    public string Text => _text ??= Response.Text;

    /// <summary>Gets the text of the last message that is the user's; empty when there is none.</summary>
    public string Prompt => _prompt ??= LastOfUser();

    /// <summary>Gets the tokens of the answer with their probabilities; empty when the provider did not report them.</summary>
    public IReadOnlyList<ITokenLogprob> Logprobs => _logprobs ??=
        Response.AdditionalProperties?.TryGetValue(HybridLlmOptionKeys.Logprobs, out var value) == true && value is IReadOnlyList<ITokenLogprob> tokens ? tokens : [];

    private string LastOfUser()
    {
        for (var i = Request.Messages.Count - 1; i >= 0; i--)
        {
            if (Request.Messages[i].Role == ChatRole.User)
            {
                return Request.Messages[i].Text;
            }
        }

        return "";
    }
}
