namespace HybridLlm.LlamaCpp.Supervision;

/// <summary>Keeps the last lines that a server wrote.</summary>
internal sealed class LogRing(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new(capacity);

    /// <summary>Adds a line and drops the oldest when there are too many.</summary>
    /// <param name="line">The line.</param>
    public void Add(string line)
    {
        lock (_gate)
        {
            if (_lines.Count == capacity)
            {
                _lines.Dequeue();
            }

            _lines.Enqueue(line);
        }
    }

    /// <summary>Tells whether a line holds a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns><see langword="true"/> when one does.</returns>
    public bool Contains(string text)
    {
        lock (_gate)
        {
            return _lines.Any(line => line.Contains(text, StringComparison.Ordinal));
        }
    }

    /// <summary>Gets the last lines, oldest first.</summary>
    /// <param name="count">How many at most.</param>
    /// <returns>The lines.</returns>
    public IReadOnlyList<string> Tail(int count)
    {
        lock (_gate)
        {
            return [.. _lines.Skip(_lines.Count - count)];
        }
    }
}
