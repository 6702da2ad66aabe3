using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace HybridLlm.ChatClients;

/// <summary>Tells what a client means by an exception of its own kind: by the status, where it names one, and by its words.</summary>
/// <remarks>The clients of vendors put the status into a property of a type that is not known here, and into the message, which is.</remarks>
internal static partial class ChatClientErrors
{
    private static readonly (string Words, ProviderErrorKind Kind)[] Words =
    [
        ("insufficient_quota", ProviderErrorKind.QuotaExhausted),
        ("context_length_exceeded", ProviderErrorKind.ContextExceeded),
        ("maximum context length", ProviderErrorKind.ContextExceeded),
        ("model_not_found", ProviderErrorKind.ModelNotFound),
        ("rate_limit", ProviderErrorKind.RateLimited),
        ("overloaded", ProviderErrorKind.Overloaded),
    ];

    /// <summary>Classifies an exception.</summary>
    /// <param name="exception">What the client threw.</param>
    /// <param name="provider">The provider.</param>
    /// <param name="modelId">The model.</param>
    /// <param name="answering">Whether the answer had begun.</param>
    /// <returns>The exception to throw.</returns>
    public static ProviderException Classify(Exception exception, string provider, string modelId, bool answering)
    {
        if (exception is ProviderException known)
        {
            return known;
        }

        var status = Status(exception);
        var kind = OfWords(exception.Message) ?? (status is { } code ? OfStatus(code) : OfType(exception, answering));
        return new(kind, $"Provider '{provider}' failed: {exception.Message}", exception) { Provider = provider, ModelId = modelId, StatusCode = status };
    }

    private static ProviderErrorKind? OfWords(string message)
    {
        foreach (var (words, kind) in Words)
        {
            if (message.Contains(words, StringComparison.OrdinalIgnoreCase))
            {
                return kind;
            }
        }

        return null;
    }

    private static ProviderErrorKind OfStatus(int status) => status switch
    {
        401 or 403 => ProviderErrorKind.Unauthorized,
        402 => ProviderErrorKind.QuotaExhausted,
        404 or 410 => ProviderErrorKind.ModelNotFound,
        408 or 504 => ProviderErrorKind.Timeout,
        413 => ProviderErrorKind.ContextExceeded,
        429 => ProviderErrorKind.RateLimited,
        502 => ProviderErrorKind.Unavailable,
        503 or 529 => ProviderErrorKind.Overloaded,
        < 500 => ProviderErrorKind.InvalidRequest,
        _ => ProviderErrorKind.ServerError,
    };

    private static ProviderErrorKind OfType(Exception exception, bool answering)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case TimeoutException or OperationCanceledException:
                    return ProviderErrorKind.Timeout;
                case HttpRequestException or SocketException or IOException:
                    return answering ? ProviderErrorKind.StreamInterrupted : ProviderErrorKind.Unavailable;
                case JsonException or FormatException:
                    return ProviderErrorKind.InvalidResponse;
                default:
                    break;
            }
        }

        return exception is ArgumentException or NotSupportedException ? ProviderErrorKind.InvalidRequest : ProviderErrorKind.ServerError;
    }

    private static int? Status(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpRequestException { StatusCode: { } code })
            {
                return (int)code;
            }

            if (StatusPattern().Match(cause.Message) is { Success: true } match && int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) is >= 400 and < 600 and var told)
            {
                return told;
            }
        }

        return null;
    }

    // "HTTP 429 (requests: rate_limit_exceeded)", "Status: 429 (Too Many Requests)", "Response status code does not indicate success: 429".
    [GeneratedRegex(@"(?:\bHTTP |\bstatus(?: code)?(?: does not indicate success)?:? )(\d{3})\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex StatusPattern();
}
