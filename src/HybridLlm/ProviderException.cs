using HybridLlm.Text;

namespace HybridLlm;

/// <summary>A failure of a backend, classified by the provider that saw it. What looks like a key or a password in its words is replaced by <c>***</c>.</summary>
public class ProviderException : HybridLlmException
{
    /// <summary>Initializes a new instance of the <see cref="ProviderException"/> class.</summary>
    /// <param name="kind">The kind of failure.</param>
    /// <param name="message">What went wrong, in words that name the backend.</param>
    /// <param name="innerException">The cause; or <see langword="null"/>.</param>
    public ProviderException(ProviderErrorKind kind, string message, Exception? innerException = null)
        : base(Redaction.Of(message), innerException) => Kind = kind;

    /// <summary>Gets the kind of failure.</summary>
    public ProviderErrorKind Kind { get; }

    /// <summary>Gets the name of the provider; <see langword="null"/> when it is not known.</summary>
    public string? Provider { get; init; }

    /// <summary>Gets the backend's id of the model; <see langword="null"/> when it is not known.</summary>
    public string? ModelId { get; init; }

    /// <summary>Gets the HTTP status; <see langword="null"/> when there was none.</summary>
    public int? StatusCode { get; init; }

    /// <summary>Gets how long the backend asks to be left alone; <see langword="null"/> when it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Gets the beginning of what the backend answered, at most 2,000 characters; <see langword="null"/> when it answered nothing.</summary>
    public string? ResponseExcerpt
    {
        get;
        init => field = value is null ? null : Redaction.Of(value);
    }

    /// <summary>Gets the number of tokens of the prompt, where a <see cref="ProviderErrorKind.ContextExceeded"/> tells.</summary>
    public int? PromptTokens { get; init; }

    /// <summary>Gets the number of tokens that fit the model's context, where a <see cref="ProviderErrorKind.ContextExceeded"/> tells.</summary>
    public int? ContextLength { get; init; }
}
