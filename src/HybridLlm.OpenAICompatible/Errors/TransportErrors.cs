using System.Net.Sockets;

namespace HybridLlm.OpenAICompatible.Errors;

/// <summary>The one place that says what a failure of the transport means.</summary>
/// <remarks>
/// A cancellation is the caller's own or it is none: whatever else cancels (a connect timeout, a handler's timer) is a failure of the backend, and a failure that
/// comes while the caller cancels is a cancellation, because disposing a connection makes it fail.
/// A request whose reused connection turns out to be closed is sent again by <see cref="SocketsHttpHandler"/> only if nothing of its body was sent. It looks
/// for a closed connection before it sends, so what is left is the moment in which the server is closing; the idle timeout is kept below the server's to avoid it.
/// Where it happens nevertheless the request fails as <see cref="ProviderErrorKind.Unavailable"/>: the server may have begun to work on it.
/// </remarks>
internal static class TransportErrors
{
    /// <summary>Translates a failure.</summary>
    /// <param name="e">The failure.</param>
    /// <param name="provider">The provider.</param>
    /// <param name="modelId">The model.</param>
    /// <param name="answering">Whether the answer had begun.</param>
    /// <param name="caller">The caller's token.</param>
    /// <returns>What to throw.</returns>
    internal static Exception Translate(Exception e, string provider, string? modelId, bool answering, CancellationToken caller)
    {
        if (caller.IsCancellationRequested)
        {
            return new OperationCanceledException("The request was canceled.", e, caller);
        }

        var kind = Classify(e, answering);
        var what = kind switch
        {
            ProviderErrorKind.Timeout => answering ? "stopped answering in time" : "did not answer in time",
            ProviderErrorKind.StreamInterrupted => "broke off its answer",
            ProviderErrorKind.InvalidResponse => "answered with something that is not HTTP",
            _ => "cannot be reached",
        };
        return new ProviderException(kind, $"Provider '{provider}' {what}: {Innermost(e).Message}", e) { Provider = provider, ModelId = modelId };
    }

    private static ProviderErrorKind Classify(Exception e, bool answering)
    {
        for (var cause = e; cause is not null; cause = cause.InnerException)
        {
            if (cause is TimeoutException or SocketException { SocketErrorCode: SocketError.TimedOut })
            {
                return ProviderErrorKind.Timeout;
            }
        }

        if (e is OperationCanceledException)
        {
            return ProviderErrorKind.Timeout;
        }

        if (answering)
        {
            return ProviderErrorKind.StreamInterrupted;
        }

        return e is HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded }
            ? ProviderErrorKind.InvalidResponse
            : ProviderErrorKind.Unavailable;
    }

    private static Exception Innermost(Exception e)
    {
        while (e.InnerException is { } inner)
        {
            e = inner;
        }

        return e;
    }
}
