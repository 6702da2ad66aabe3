using Microsoft.Extensions.Logging;

namespace HybridLlm.Experiments;

internal static partial class ShadowLog
{
    [LoggerMessage(1601, LogLevel.Debug, "Request {RequestId} is not mirrored to {Model}: {Reason}")]
    public static partial void Refused(ILogger logger, string requestId, string model, string reason);

    [LoggerMessage(1602, LogLevel.Debug, "{Model} at {Provider} failed at the mirrored request {RequestId} ({Kind}): {Reason}")]
    public static partial void Failed(ILogger logger, string model, string provider, string requestId, ProviderErrorKind kind, string reason);

    [LoggerMessage(1603, LogLevel.Warning, "Shadow mode drops requests, because {Waiting} wait for {Model} already (Routing:Shadow:QueueLimit). Further ones are only counted")]
    public static partial void Dropping(ILogger logger, int waiting, string model);

    [LoggerMessage(1604, LogLevel.Error, "Mirroring request {RequestId} failed")]
    public static partial void Faulted(ILogger logger, string requestId, Exception exception);
}
