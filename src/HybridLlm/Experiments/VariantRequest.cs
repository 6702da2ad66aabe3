using Microsoft.Extensions.AI;

namespace HybridLlm.Experiments;

/// <summary>Makes of a request what a variant asks: its words and parameters go with its model, or with every route where it names none.</summary>
internal static class VariantRequest
{
    /// <summary>Where the user's words go in a template.</summary>
    public const string Placeholder = "{prompt}";

    /// <summary>Gets the messages that a model is sent.</summary>
    public static IReadOnlyList<ChatMessage> MessagesFor(ExperimentAssignment experiment, ModelProfile model, IReadOnlyList<ChatMessage> messages)
    {
        if (experiment.Changes is not { } changes || (changes.SystemPrompt is null && changes.Template is null) || !GoesWith(experiment, changes, model))
        {
            return messages;
        }

        var result = new List<ChatMessage>(messages.Count + 1);
        if (changes.SystemPrompt is { } system)
        {
            result.Add(new(ChatRole.System, system));
            result.AddRange(messages.Where(static message => message.Role != ChatRole.System));
        }
        else
        {
            result.AddRange(messages);
        }

        if (changes.Template is { } template && result.FindLastIndex(static message => message.Role == ChatRole.User) is >= 0 and var last)
        {
            result[last] = Fill(template, result[last]);
        }

        return result;
    }

    /// <summary>Sets in options what the variant says and the request leaves open.</summary>
    public static void ApplyTo(ChatOptions options, ExperimentAssignment experiment, ModelProfile model)
    {
        if (experiment.Changes is not { } changes || !GoesWith(experiment, changes, model))
        {
            return;
        }

        options.Temperature ??= changes.Temperature;
        options.TopP ??= changes.TopP;
        options.MaxOutputTokens ??= changes.MaxTokens;
        if (changes.SystemPrompt is not null)
        {
            options.Instructions = null;
        }
    }

    private static bool GoesWith(ExperimentAssignment experiment, VariantOptions changes, ModelProfile model) =>
        changes.Model is null || experiment.Model == model.Name;

    private static ChatMessage Fill(string template, ChatMessage message)
    {
        var filled = message.Clone();
        filled.Contents =
        [
            new TextContent(template.Replace(Placeholder, message.Text, StringComparison.Ordinal)),
            .. message.Contents.Where(static content => content is not TextContent),
        ];
        return filled;
    }
}
