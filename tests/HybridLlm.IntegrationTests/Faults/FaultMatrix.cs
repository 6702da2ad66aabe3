using System.Collections.Concurrent;
using System.Text;

namespace HybridLlm.IntegrationTests.Faults;

/// <summary>Collects what came of each case, and writes the table when all have run, if <c>HYBRIDLLM_FAULT_MATRIX</c> names a file.</summary>
public sealed class FaultMatrix : IDisposable
{
    private readonly ConcurrentDictionary<(string Fault, string Column, bool Alone), string> _cells = new();
    private readonly ConcurrentQueue<Exception> _unobserved = new();

    /// <summary>Initializes a new instance of the <see cref="FaultMatrix"/> class.</summary>
    public FaultMatrix() => TaskScheduler.UnobservedTaskException += Observe;

    /// <summary>Puts a result into its cell.</summary>
    public void Add(FaultCase fault, FaultyBackend backend, bool streamed, bool alone, string result)
    {
        ArgumentNullException.ThrowIfNull(fault);
        ArgumentNullException.ThrowIfNull(backend);
        _cells[(fault.Name, $"{backend.Name}, {(streamed ? "stream" : "whole")}", alone)] = result;
    }

    /// <summary>Takes the exceptions of tasks that nobody looked at.</summary>
    public IReadOnlyList<Exception> TakeUnobserved()
    {
        // What nobody refers to any more tells of its exception when it is finalized.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        List<Exception> taken = [];
        while (_unobserved.TryDequeue(out var exception))
        {
            taken.Add(exception);
        }

        return taken;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        TaskScheduler.UnobservedTaskException -= Observe;
        if (Environment.GetEnvironmentVariable("HYBRIDLLM_FAULT_MATRIX") is { Length: > 0 } file)
        {
            File.WriteAllText(file, Render(alone: false) + Render(alone: true));
        }
    }

    private void Observe(object? sender, UnobservedTaskExceptionEventArgs args) => _unobserved.Enqueue(args.Exception);

    private string Render(bool alone)
    {
        var cells = _cells.Where(cell => cell.Key.Alone == alone).ToDictionary(static cell => (cell.Key.Fault, cell.Key.Column), static cell => cell.Value);
        string[] columns = [.. cells.Keys.Select(static key => key.Column).Distinct().Order(StringComparer.Ordinal)];
        if (columns.Length == 0)
        {
            return string.Empty;
        }

        string[][] rows =
        [
            [alone ? "A is alone and ..." : "B is good, and A ...", .. columns],
            .. FaultCases.All.Select(fault => (string[])[fault.Name, .. columns.Select(column => cells.GetValueOrDefault((fault.Name, column), "-"))]),
        ];
        var widths = Enumerable.Range(0, columns.Length + 1).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.AppendJoin("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).AppendLine();
        }

        return text.AppendLine().ToString();
    }
}
