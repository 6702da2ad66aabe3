namespace HybridLlm.OpenAICompatible;

/// <summary>An error as a server told it, in whatever shape: the status and what the body says.</summary>
public sealed record OpenAIError
{
    /// <summary>Gets the HTTP status; for an error inside a stream the number that stands in its place, 500 if there is none.</summary>
    public required int Status { get; init; }

    /// <summary>Gets the message; empty if there is none.</summary>
    public string Message { get; init; } = "";

    /// <summary>Gets the type, such as <c>invalid_request_error</c>.</summary>
    public string? Type { get; init; }

    /// <summary>Gets the code, such as <c>context_length_exceeded</c>; <see langword="null"/> if it is a number.</summary>
    public string? Code { get; init; }

    /// <summary>Gets the parameter that is at fault.</summary>
    public string? Parameter { get; init; }

    /// <summary>Gets the number of tokens of the prompt, where the error tells it.</summary>
    public int? PromptTokens { get; init; }

    /// <summary>Gets the number of tokens that fit the context, where the error tells it.</summary>
    public int? ContextLength { get; init; }

    /// <summary>Gets how long the server asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Gets the beginning of the body, at most 2,000 characters.</summary>
    public string? Excerpt { get; init; }

    /// <summary>Gets a value indicating whether the answer had begun, with status 200, when the error came.</summary>
    public bool InStream { get; init; }

    /// <summary>Tells whether the type or the code is one of some words, without regard to case.</summary>
    /// <param name="words">The words.</param>
    /// <returns>Whether it is.</returns>
    public bool Is(params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (string.Equals(Type, word, StringComparison.OrdinalIgnoreCase) || string.Equals(Code, word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Tells whether the message contains one of some phrases, without regard to case.</summary>
    /// <param name="phrases">The phrases.</param>
    /// <returns>Whether it does.</returns>
    public bool Says(params ReadOnlySpan<string> phrases)
    {
        foreach (var phrase in phrases)
        {
            if (Message.Contains(phrase, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
