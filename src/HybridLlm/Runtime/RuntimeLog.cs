using Microsoft.Extensions.Logging;

namespace HybridLlm.Runtime;

internal static partial class RuntimeLog
{
    [LoggerMessage(1101, LogLevel.Warning, "Provider {Provider} is not available: {Reason}")]
    public static partial void ProviderUnhealthy(ILogger logger, string provider, string? reason);

    [LoggerMessage(1102, LogLevel.Information, "Provider {Provider} is {Status}")]
    public static partial void ProviderState(ILogger logger, string provider, ProviderHealthStatus status);

    [LoggerMessage(1103, LogLevel.Error, "Provider {Provider} could not be started: {Reason}")]
    public static partial void ProviderNotStarted(ILogger logger, string provider, string reason);

    [LoggerMessage(1104, LogLevel.Information, "The configuration changed: {Models} models at {Providers} providers")]
    public static partial void SnapshotReplaced(ILogger logger, int models, int providers);

    [LoggerMessage(1105, LogLevel.Warning, "What was learned earlier is not loaded after {Patience}; requests until then are routed without it")]
    public static partial void MemoryIsLate(ILogger logger, TimeSpan patience);
}
