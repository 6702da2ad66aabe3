using HybridLlm.Testing.Generation;
using HybridLlm.Testing.Http;

namespace HybridLlm.Testing.Ollama;

/// <summary>
/// What becomes of a prompt that is longer than the context: the oldest messages are dropped without a word; the last one alone is
/// refused, or cut to about half of the context, as the template's language decides.
/// </summary>
internal static class PromptFitting
{
    private const string NoShift = "the prompt is longer than the context length currently available to the model; shorten the prompt, adjust the context length in settings, or use a model with a longer context length";

    public static (SimulatedChat Chat, Answer? Refusal) Fit(OllamaRequest request, SimulatedModel model, int context)
    {
        var chat = request.Chat;
        var tokens = Count(chat);
        if (tokens < context)
        {
            return (chat, null);
        }

        var runner = OllamaErrors.Invalid(OllamaErrors.TooLong(tokens, context));
        if (!request.Truncates)
        {
            return (chat, runner);
        }

        chat = DropOldest(chat, context);
        if (Count(chat) < context)
        {
            return (chat, null);
        }

        var cuts = model.UsesGoTemplate || request.Generates;
        return !cuts ? (chat, runner)
            : !request.Shifts ? (chat, request.Streams ? OllamaErrors.BeforeStream(400, NoShift) : OllamaErrors.Invalid(NoShift))
            : (KeepNewest(chat, context / 2), null);
    }

    private static int Count(SimulatedChat chat) => Tokenizer.Split(chat.Prompt).Count;

    private static SimulatedChat DropOldest(SimulatedChat chat, int context)
    {
        var messages = chat.Messages.ToList();
        while (Count(chat) >= context && messages.FindIndex(0, messages.Count - 1, static message => message.Role != "system") is >= 0 and var oldest)
        {
            messages.RemoveAt(oldest);
            chat = chat with { Messages = [.. messages] };
        }

        return chat;
    }

    private static SimulatedChat KeepNewest(SimulatedChat chat, int tokens)
    {
        var last = chat.Messages[^1];
        var kept = string.Concat(Tokenizer.Split(last.Text).TakeLast(tokens));
        return chat with { Messages = [last with { Text = kept }] };
    }
}
