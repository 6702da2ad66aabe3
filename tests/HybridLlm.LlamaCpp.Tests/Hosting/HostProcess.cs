using System.Collections;
using System.Diagnostics;
using System.Globalization;
using HybridLlm.LlamaCpp.Supervision;

namespace HybridLlm.LlamaCpp.Tests.Hosting;

/// <summary>A process of its own that launches a command as the provider launches llama-server, and then waits to be ended.</summary>
internal sealed class HostProcess : IDisposable
{
    public const string Order = "--host-a-server";
    private readonly Process _process;

    private HostProcess(Process process, int serverId)
    {
        _process = process;
        ServerId = serverId;
    }

    /// <summary>Gets the id of the process that the host launched.</summary>
    public int ServerId { get; }

    /// <summary>Starts a host and waits until it has launched the command.</summary>
    public static async Task<HostProcess> StartAsync(params string[] command)
    {
        // As a test runner loads the tests, Environment.ProcessPath may be another program; the host beside this assembly is ours.
        var program = Path.ChangeExtension(typeof(HostProcess).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null);
        var start = new ProcessStartInfo(program, [Order, .. command]) { RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.True(int.TryParse(line, CultureInfo.InvariantCulture, out var id), $"The host said '{line}' instead of a process id.");
        return new(process, id);
    }

    /// <summary>What the host does.</summary>
    public static int Run(string[] command)
    {
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(v => (string)v.Key, v => (string)v.Value!);
        var server = ServerLauncher.ForThisSystem.Start(new(command[0], command[1..], environment), _ => { });
        Console.Out.WriteLine(server.Id.ToString(CultureInfo.InvariantCulture));
        Console.Out.Flush();
        return server.Exited.GetAwaiter().GetResult();
    }

    /// <summary>Ends the host as <c>kill -9</c> does: it gets no chance to clean up.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
