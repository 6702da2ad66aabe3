using System.ComponentModel;
using System.Diagnostics;

namespace HybridLlm.LlamaCpp.Supervision;

/// <summary>What the launchers of all systems share: a child process whose output is drained and whose end is awaited.</summary>
internal abstract class ServerProcess : IServerProcess
{
    private static readonly TimeSpan OutputGrace = TimeSpan.FromSeconds(2);
    private readonly Process _process;

    protected ServerProcess(Process process, Action<string> output)
    {
        _process = process;
        Id = process.Id;
        Exited = WaitAsync(output);
    }

    public int Id { get; }

    public Task<int> Exited { get; }

    public abstract void RequestStop();

    public virtual void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It is gone already, which is what was wanted.
        }
        catch (Win32Exception) when (_process.HasExited)
        {
            // It went while it was being ended.
        }
    }

    public void Dispose()
    {
        if (Exited.IsCompleted)
        {
            _process.Dispose();
        }
        else
        {
            // The wait for its end still needs the handle; the finalizer lets go of it.
            Kill();
        }
    }

    /// <summary>Lets go of what kept the process from outliving this one.</summary>
    protected abstract void OnExited();

    private async Task<int> WaitAsync(Action<string> output)
    {
        var standardOutput = LinePump.RunAsync(_process.StandardOutput, output);
        var standardError = LinePump.RunAsync(_process.StandardError, output);
        await _process.WaitForExitAsync().ConfigureAwait(false);
        OnExited();

        // A child of the server that got away would hold the pipes open for good; the server's own last words are there long before.
        await Task.WhenAny(Task.WhenAll(standardOutput, standardError), Task.Delay(OutputGrace)).ConfigureAwait(false);
        return _process.ExitCode;
    }
}
