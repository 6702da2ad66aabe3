using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;

namespace HybridLlm.LlamaCpp.Supervision;

/// <summary>
/// Starts a server on Windows inside a job object that ends its processes when its last handle closes, which Windows does when this process
/// ends, however it ends.
/// </summary>
/// <remarks>
/// Between the start of the process and its assignment to the job lies a window of microseconds in which a killed host would leave it behind.
/// The server has a process group of its own, so that Ctrl+C in the console reaches this process alone.
/// </remarks>
[SupportedOSPlatform("windows")]
internal sealed class WindowsServerLauncher : IServerLauncher
{
    public IServerProcess Start(ServerCommand command, Action<string> output)
    {
        var start = new ProcessStartInfo(command.Path, command.Arguments)
        {
            CreateNoWindow = true,
            CreateNewProcessGroup = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment.Clear();
        foreach (var (name, value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        var job = JobObject.CreateKillOnClose();
        Process? process = null;
        try
        {
            process = Process.Start(start) ?? throw new InvalidOperationException($"{command.Path} did not start.");
            job.Assign(process);
            process.StandardInput.Close();
            return new JobProcess(process, output, job);
        }
        catch
        {
            process?.Kill();
            process?.Dispose();
            job.Dispose();
            throw;
        }
    }

    private sealed class JobProcess(Process process, Action<string> output, JobObject job) : ServerProcess(process, output)
    {
        // Windows has no signal that llama-server hears without sharing a console with it. It keeps no state, so ending it loses nothing.
        public override void RequestStop() => Kill();

        public override void Kill()
        {
            job.Dispose();
            base.Kill();
        }

        protected override void OnExited() => job.Dispose();
    }
}
