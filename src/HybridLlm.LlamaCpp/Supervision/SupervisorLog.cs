using Microsoft.Extensions.Logging;

namespace HybridLlm.LlamaCpp.Supervision;

/// <summary>What a supervisor logs, each line with the provider's name.</summary>
internal sealed partial class SupervisorLog(ILogger logger, string provider)
{
    /// <summary>Passes on a line of the server's own log.</summary>
    /// <param name="line">The line.</param>
    public void Said(string line)
    {
        if (ServerLogLine.LevelOf(line) == LogLevel.Warning)
        {
            SaidWarning(provider, line);
        }
        else
        {
            SaidDebug(provider, line);
        }
    }

    public void Started(int processId, Uri endpoint) => Started(provider, processId, endpoint);

    public void Ready(int processId, TimeSpan after) => Ready(provider, processId, after.TotalMilliseconds);

    public void Stopped(int processId) => Stopped(provider, processId);

    public void Killed(int processId, TimeSpan grace) => Killed(provider, processId, grace);

    public void Unkillable(int processId) => Unkillable(provider, processId);

    public void Dropped(string argument) => Dropped(provider, argument);

    public void Restarting(string failure, TimeSpan delay) => Restarting(provider, delay, failure);

    public void KeepsFailing(int failures, string failure, TimeSpan delay) => KeepsFailing(provider, failures, delay, failure);

    public void Broken(Exception exception) => Broken(exception, provider);

    [LoggerMessage(2101, LogLevel.Debug, "{Provider}: llama-server: {Line}")]
    private partial void SaidDebug(string provider, string line);

    [LoggerMessage(2102, LogLevel.Warning, "{Provider}: llama-server: {Line}")]
    private partial void SaidWarning(string provider, string line);

    [LoggerMessage(2103, LogLevel.Debug, "{Provider}: llama-server started as process {ProcessId} at {Endpoint}")]
    private partial void Started(string provider, int processId, Uri endpoint);

    [LoggerMessage(2104, LogLevel.Information, "{Provider}: llama-server (process {ProcessId}) answers after {Milliseconds:0} ms")]
    private partial void Ready(string provider, int processId, double milliseconds);

    [LoggerMessage(2105, LogLevel.Information, "{Provider}: llama-server (process {ProcessId}) stopped")]
    private partial void Stopped(string provider, int processId);

    [LoggerMessage(2106, LogLevel.Information, "{Provider}: llama-server (process {ProcessId}) was killed: it did not stop within {Grace}, as it does while requests run")]
    private partial void Killed(string provider, int processId, TimeSpan grace);

    [LoggerMessage(2107, LogLevel.Error, "{Provider}: llama-server (process {ProcessId}) does not end although it was killed; it may hold its memory until its driver lets it go")]
    private partial void Unkillable(string provider, int processId);

    [LoggerMessage(2108, LogLevel.Information, "{Provider}: this llama-server does not know {Argument}; going on without it. A newer one is recommended")]
    private partial void Dropped(string provider, string argument);

    [LoggerMessage(2109, LogLevel.Warning, "{Provider}: starting llama-server again in {Delay}. {Failure}")]
    private partial void Restarting(string provider, TimeSpan delay, string failure);

    [LoggerMessage(2110, LogLevel.Error, "{Provider}: llama-server failed {Failures} times in a row; next attempt in {Delay}. {Failure}")]
    private partial void KeepsFailing(string provider, int failures, TimeSpan delay, string failure);

    [LoggerMessage(2111, LogLevel.Critical, "{Provider}: the supervision of llama-server broke off")]
    private partial void Broken(Exception exception, string provider);
}
