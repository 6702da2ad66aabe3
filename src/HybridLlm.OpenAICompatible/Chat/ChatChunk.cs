using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Chat;

/// <summary>What one event of a stream says, or a whole answer. One instance serves all events of a stream.</summary>
internal sealed class ChatChunk
{
    /// <summary>The id of the answer. It stays from event to event.</summary>
    internal string? Id;

    /// <summary>The model that answered. It stays from event to event.</summary>
    internal string? Model;

    /// <summary>When the answer was begun. It stays from event to event.</summary>
    internal DateTimeOffset? Created;

    internal string? Text;
    internal string? Reasoning;
    internal string? Refusal;
    internal string? FinishReason;
    internal UsageDetails? Usage;
    internal List<TokenLogprob>? Logprobs;
    internal AdditionalPropertiesDictionary? Kept;

    /// <summary>Whether there was a list of choices, and whether one was in it.</summary>
    internal bool HasChoices;
    internal bool HasChoice;

    /// <summary>Whether the object has an error in it, and whether it has members that only errors have, besides those that answers have.</summary>
    internal bool HasError;
    internal bool HasErrorText;

    /// <summary>Gets a value indicating whether the object is an error and no answer.</summary>
    internal bool IsError => HasError || (HasErrorText && !HasChoices);

    internal List<ToolCallFragment> ToolCalls { get; } = [];

    /// <summary>Forgets the last event, except for what stays.</summary>
    internal void Clear()
    {
        Usage = null;
        Kept = null;
        HasChoices = HasChoice = HasError = HasErrorText = false;
        ClearChoice();
    }

    /// <summary>Forgets what the last choice said.</summary>
    internal void ClearChoice()
    {
        Text = Reasoning = Refusal = FinishReason = null;
        Logprobs = null;
        ToolCalls.Clear();
    }
}

/// <summary>A tool call, or a piece of one.</summary>
/// <param name="Index">Which call of the answer it belongs to; <see langword="null"/> if the server does not say.</param>
/// <param name="Id">The call's id.</param>
/// <param name="Name">The tool's name.</param>
/// <param name="Arguments">The arguments, JSON text, or a piece of it.</param>
internal readonly record struct ToolCallFragment(int? Index, string? Id, string? Name, string? Arguments);
