using System.Net.Sockets;
using Polly.CircuitBreaker;

namespace HybridLlm.Text;

/// <summary>
/// Says in our own words why a call failed. Unlike an exception's message they hold nothing that a server said, and so neither a prompt nor a key that it repeated: they can
/// be logged, and shown to whoever asks next.
/// </summary>
internal static class FailureWords
{
    public static string Of(ProviderException failure)
    {
        if (failure.StatusCode is { } status and > 0)
        {
            return $"status {status}";
        }

        Exception cause = failure;
        while (cause.InnerException is { } inner && cause is not BrokenCircuitException)
        {
            cause = inner;
        }

        return cause switch
        {
            BrokenCircuitException => "circuit open",
            SocketException socket => $"socket error {socket.SocketErrorCode}",
            HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } http => $"HTTP error {http.HttpRequestError}",
            ProviderException { Kind: var kind } => Of(kind),
            var other => other.GetType().Name,
        };
    }

    private static string Of(ProviderErrorKind kind) => kind switch
    {
        ProviderErrorKind.InvalidResponse => "an answer that is empty, or not what was asked for",
        ProviderErrorKind.StreamInterrupted => "the answer broke off",
        ProviderErrorKind.Unavailable => "not reachable",
        ProviderErrorKind.Timeout => "no answer in time",
        _ => $"{kind}, without further details",
    };
}
