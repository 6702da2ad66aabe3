using HybridLlm.OpenAICompatible.Http;

namespace HybridLlm.OpenAICompatible.Errors;

/// <summary>The table of what errors mean. The first rule that matches decides; a dialect is asked before all of them.</summary>
internal static class OpenAIErrors
{
    private static readonly Rule[] Rules =
    [
        // What the body says outright, whatever the status.
        new(ProviderErrorKind.ContextExceeded, static e =>
            e.Is("exceed_context_size_error", "context_length_exceeded")
            || e.Says("maximum context length", "exceeds the available context size", "context length exceeded", "greater than the context length",
                "prompt is too long", "input is too long", "is too large to process", "exceeds the maximum number of tokens")
            || (e.Says("`inputs` tokens") && e.Says("must be <="))),
        new(ProviderErrorKind.QuotaExhausted, static e => e.Status == 402 || e.Is("insufficient_quota", "billing_not_active", "billing_hard_limit_reached")),
        new(ProviderErrorKind.Unauthorized, static e =>
            e.Status is 401 or 403
            || e.Is("authentication_error", "invalid_api_key", "permission_error", "PERMISSION_DENIED", "UNAUTHENTICATED")
            || e.Says("API key not valid")),
        new(ProviderErrorKind.ModelNotFound, static e =>
            e.Is("model_not_found", "model_not_supported")
            || (e.Status is 400 or 404 or 422 && e.Says("model") && e.Says("not found", "does not exist", "not supported by any provider", "is not loaded", "no such model"))),
        new(ProviderErrorKind.RateLimited, static e => e.Is("rate_limit_exceeded", "rate_limit_error") && e.Status is not 503),
        new(ProviderErrorKind.Overloaded, static e => e.Is("overloaded", "overloaded_error", "engine_overloaded")),
        new(ProviderErrorKind.ModelLoading, static e => e.Status is 500 or 503 && e.Says("loading model", "model is loading", "currently loading", "model is still loading")),
        new(ProviderErrorKind.Unavailable, static e => e.Status is 500 && e.Says("after shutdown", "proxy error")),

        // The status.
        new(ProviderErrorKind.InvalidResponse, static e => e.Status is >= 300 and < 400),
        new(ProviderErrorKind.ModelNotFound, static e => e.Status is 404 or 405 or 410 or 501),
        new(ProviderErrorKind.Timeout, static e => e.Status is 408 or 504),
        new(ProviderErrorKind.ServerError, static e => e.Status is 409 or 424 or 425),
        new(ProviderErrorKind.ContextExceeded, static e => e.Status is 413),
        new(ProviderErrorKind.RateLimited, static e => e.Status is 429),
        new(ProviderErrorKind.InvalidRequest, static e => e.Status is >= 400 and < 500),
        new(ProviderErrorKind.Unavailable, static e => e.Status is 502),
        new(ProviderErrorKind.Overloaded, static e => e.Status is 503 or 529),

        // Some servers answer a mistake of the client with 500.
        new(ProviderErrorKind.InvalidRequest, static e => e.Is("invalid_request_error", "BadRequestError", "INVALID_ARGUMENT") || e.Says("validation error")),
    ];

    /// <summary>Tells what an error means.</summary>
    /// <param name="error">The error.</param>
    /// <param name="dialect">The server's dialect.</param>
    /// <returns>The kind.</returns>
    internal static ProviderErrorKind Classify(OpenAIError error, OpenAIDialect dialect)
    {
        if (dialect.Classify(error) is { } special)
        {
            return special;
        }

        foreach (var rule in Rules)
        {
            if (rule.Matches(error))
            {
                return rule.Kind;
            }
        }

        return ProviderErrorKind.ServerError;
    }

    /// <summary>Makes the exception for an error.</summary>
    /// <param name="error">The error.</param>
    /// <param name="transport">The connection to the server.</param>
    /// <param name="modelId">The model.</param>
    /// <returns>The exception.</returns>
    internal static ProviderException ToException(OpenAIError error, OpenAITransport transport, string? modelId)
    {
        var kind = Classify(error, transport.Dialect);
        var message = Excerpts.Cut(error.Message) is { } said ? transport.Secrets.Clean(said) : null;
        var exceeded = kind == ProviderErrorKind.ContextExceeded;
        return new ProviderException(kind, $"Provider '{transport.Provider}' answered {(error.InStream ? "with an error in its stream" : $"with status {error.Status}")}{(message is null ? "." : ": " + message)}")
        {
            Provider = transport.Provider,
            ModelId = modelId,
            StatusCode = error.Status,
            RetryAfter = error.RetryAfter,
            ResponseExcerpt = error.Excerpt is { } excerpt ? transport.Secrets.Clean(excerpt) : null,
            PromptTokens = exceeded ? error.PromptTokens : null,
            ContextLength = exceeded ? error.ContextLength : null,
        };
    }

    private readonly record struct Rule(ProviderErrorKind Kind, Predicate<OpenAIError> Matches);
}
