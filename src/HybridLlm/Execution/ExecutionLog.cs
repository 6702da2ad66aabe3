using Microsoft.Extensions.Logging;

namespace HybridLlm.Execution;

internal static partial class ExecutionLog
{
    [LoggerMessage(1001, LogLevel.Warning, "{Model} at {Provider} failed attempt {Number} ({Kind}): {Reason}")]
    public static partial void AttemptFailed(ILogger logger, string model, string provider, int number, ProviderErrorKind kind, string reason);

    [LoggerMessage(1012, LogLevel.Trace, "{Model} at {Provider} failed attempt {Number} with these words, which may repeat the prompt: {Words}")]
    public static partial void AttemptFailedWith(ILogger logger, string model, string provider, int number, string words);

    [LoggerMessage(1002, LogLevel.Information, "{Model} at {Provider} rests until {Until} after {Kind}; requests go elsewhere meanwhile")]
    public static partial void RouteRests(ILogger logger, string model, string provider, DateTimeOffset until, ProviderErrorKind kind);

    [LoggerMessage(1003, LogLevel.Information, "{Model} at {Provider} answers again")]
    public static partial void RouteBack(ILogger logger, string model, string provider);

    [LoggerMessage(1004, LogLevel.Information, "{ModelId} at {Provider} answered a probe and takes requests again")]
    public static partial void ProbeSucceeded(ILogger logger, string modelId, string provider);

    [LoggerMessage(1005, LogLevel.Debug, "{ModelId} at {Provider} failed a probe: {Reason}")]
    public static partial void ProbeFailed(ILogger logger, string modelId, string provider, string reason);

    [LoggerMessage(1006, LogLevel.Information, "{Slow} has given no content for {Elapsed}, longer than it usually needs; {Hedge} is started beside it")]
    public static partial void Hedging(ILogger logger, string slow, TimeSpan elapsed, string hedge);

    [LoggerMessage(1007, LogLevel.Information, "All routes of request {ResponseId} failed; trying again in {Delay}")]
    public static partial void Retrying(ILogger logger, string responseId, TimeSpan delay);

    [LoggerMessage(1008, LogLevel.Debug, "Closing an answer of {Provider} failed")]
    public static partial void ClosingFailed(ILogger logger, string provider, Exception exception);

    [LoggerMessage(1010, LogLevel.Debug, "The answer of {Model} has the confidence {Confidence:0.00}: {Words}")]
    public static partial void Escalated(ILogger logger, string model, double confidence, string words);

    [LoggerMessage(1011, LogLevel.Information, "Escalation of {Task}: {Words}")]
    public static partial void ThresholdMoved(ILogger logger, string task, string words);

    [LoggerMessage(1009, LogLevel.Error, "Provider {Provider} could not be disposed")]
    public static partial void ProviderDisposalFailed(ILogger logger, string provider, Exception exception);
}
