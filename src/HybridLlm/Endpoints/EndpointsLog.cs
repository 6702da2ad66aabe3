using Microsoft.Extensions.Logging;

namespace HybridLlm.Endpoints;

internal static partial class EndpointsLog
{
    [LoggerMessage(1301, LogLevel.Warning, "{Endpoint} of {Provider} gets no requests until it answers a probe: {Reason}")]
    public static partial void Ejected(ILogger logger, string endpoint, string provider, string reason);

    [LoggerMessage(1302, LogLevel.Information, "{Endpoint} of {Provider} answered a probe and gets requests again")]
    public static partial void Readmitted(ILogger logger, string endpoint, string provider);

    [LoggerMessage(1303, LogLevel.Debug, "{Endpoint} of {Provider} failed a probe: {Reason}")]
    public static partial void ProbeFailed(ILogger logger, string endpoint, string provider, string reason);
}
