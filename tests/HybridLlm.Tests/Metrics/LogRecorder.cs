using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace HybridLlm.Tests.Metrics;

/// <summary>Keeps the lines that are logged.</summary>
internal sealed class LogRecorder<T> : ILogger<T>
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _entries = new();

    public IEnumerable<string> Lines => _entries.Select(static entry => entry.Text);

    public IEnumerable<string> Warnings => _entries.Where(static entry => entry.Level >= LogLevel.Warning).Select(static entry => entry.Text);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _entries.Enqueue((logLevel, formatter(state, exception)));
}
