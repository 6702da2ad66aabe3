using System.Diagnostics;
using System.Text;

namespace HybridLlm.IntegrationTests;

/// <summary>Another process whose output is read, as if it went into a file.</summary>
internal sealed class QuickStartProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly List<(string Text, TaskCompletionSource Seen)> _awaited = [];
    private readonly Task<string> _errors;
    private readonly Task _reading;

    private QuickStartProcess(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.StandardOutputEncoding = Encoding.UTF8;

        // No build server may outlive a test, and what a terminal says of itself must not reach a process without one.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        _errors = _process.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    public int Id => _process.Id;

    /// <summary>Starts a process.</summary>
    /// <param name="folder">Its current folder.</param>
    /// <param name="environment">Variables on top of this process's own.</param>
    /// <param name="command">The executable and its arguments.</param>
    public static QuickStartProcess Start(string folder, IReadOnlyDictionary<string, string> environment, params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = folder };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new(start);
    }

    /// <summary>Waits until the process has written a text.</summary>
    public async Task SeesAsync(string text, CancellationToken cancellationToken)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_output)
        {
            if (_output.ToString().Contains(text, StringComparison.Ordinal))
            {
                return;
            }

            _awaited.Add((text, seen));
        }

        var first = await Task.WhenAny(seen.Task, _reading).WaitAsync(Patience, cancellationToken);
        Assert.True(first == seen.Task || seen.Task.IsCompleted, $"It ended without writing '{text}':\n{_output}\n{(_reading.IsCompleted ? await _errors : "")}");
    }

    /// <summary>Waits until the process ends.</summary>
    /// <returns>Its exit code, its output and its errors.</returns>
    public async Task<(int ExitCode, string Output, string Errors)> EndAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_reading, _errors, _process.WaitForExitAsync(cancellationToken)).WaitAsync(Patience, cancellationToken);
        return (_process.ExitCode, _output.ToString(), await _errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        while (await _process.StandardOutput.ReadAsync(buffer.AsMemory()) is > 0 and var count)
        {
            lock (_output)
            {
                _output.Append(buffer, 0, count);
                var text = _output.ToString();
                foreach (var (_, seen) in _awaited.Where(awaited => text.Contains(awaited.Text, StringComparison.Ordinal)))
                {
                    seen.TrySetResult();
                }
            }
        }
    }
}
