using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace HybridLlm.Execution;

/// <summary>Classifies what clients throw that know nothing of <see cref="ProviderException"/>. Our own providers classify for themselves.</summary>
internal static class ForeignExceptions
{
    public static ProviderException Classify(Exception exception, ModelProfile model)
    {
        if (exception is ProviderException known)
        {
            return known;
        }

        var (kind, status) = exception switch
        {
            HttpRequestException { StatusCode: { } code } => (OfStatus(code), (int?)code),
            HttpRequestException or SocketException or IOException => (ProviderErrorKind.Unavailable, null),
            TimeoutException or OperationCanceledException => (ProviderErrorKind.Timeout, null),
            ArgumentException or NotSupportedException => (ProviderErrorKind.InvalidRequest, null),
            JsonException or FormatException => (ProviderErrorKind.InvalidResponse, null),
            _ => (ProviderErrorKind.ServerError, (int?)null),
        };
        return new(kind, $"{model.Provider} failed: {exception.Message}", exception)
        {
            Provider = model.Provider,
            ModelId = model.ModelId,
            StatusCode = status,
        };
    }

    private static ProviderErrorKind OfStatus(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ProviderErrorKind.Unauthorized,
        HttpStatusCode.PaymentRequired => ProviderErrorKind.QuotaExhausted,
        HttpStatusCode.NotFound => ProviderErrorKind.ModelNotFound,
        HttpStatusCode.RequestTimeout or HttpStatusCode.GatewayTimeout => ProviderErrorKind.Timeout,
        HttpStatusCode.TooManyRequests => ProviderErrorKind.RateLimited,
        HttpStatusCode.ServiceUnavailable => ProviderErrorKind.Overloaded,
        < HttpStatusCode.InternalServerError => ProviderErrorKind.InvalidRequest,
        _ => ProviderErrorKind.ServerError,
    };
}
