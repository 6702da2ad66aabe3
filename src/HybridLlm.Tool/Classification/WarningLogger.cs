using Microsoft.Extensions.Logging;

namespace HybridLlm.Tool.Classification;

/// <summary>Writes warnings and errors for the user, so that a second opinion that fails does not pass for one that changed nothing.</summary>
internal sealed class WarningLogger(TextWriter error) : ILoggerProvider, ILogger
{
    private readonly Lock _lock = new();

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            lock (_lock)
            {
                error.WriteLine(exception is null ? formatter(state, exception) : $"{formatter(state, exception)} {exception.GetType().Name}: {exception.Message}");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
