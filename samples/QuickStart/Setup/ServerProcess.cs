using System.Diagnostics;

namespace QuickStart.Setup;

/// <summary>Finds the llama-server that this application runs for one of its models, to do to it what a crash would do. No application needs this.</summary>
internal static class ServerProcess
{
    private const int MaxAncestors = 4;

    /// <summary>Finds the process.</summary>
    /// <param name="model">The name of the model file, without its extension.</param>
    /// <returns>The process; <see langword="null"/> while there is none.</returns>
    public static Process? Find(string model)
    {
        foreach (var process in Process.GetProcessesByName("llama-server"))
        {
            // Other llama-servers on this machine are none of our business, even if they serve the same file.
            var (parent, commandLine) = Describe(process.Id);
            if (commandLine.Contains($"{model}.gguf", StringComparison.Ordinal) && IsOurs(parent))
            {
                return process;
            }

            process.Dispose();
        }

        return null;
    }

    /// <summary>The server may have been started through a script, so this process may be its grandparent.</summary>
    private static bool IsOurs(int parent)
    {
        for (var i = 0; i < MaxAncestors && parent > 1; i++)
        {
            if (parent == Environment.ProcessId)
            {
                return true;
            }

            parent = Describe(parent).Parent;
        }

        return false;
    }

    /// <summary>.NET tells neither the parent nor the command line of a process, so the system is asked, each in its own way.</summary>
    private static (int Parent, string CommandLine) Describe(int id) =>
        OperatingSystem.IsLinux() ? FromProc(id)
        : OperatingSystem.IsWindows() ? Parse(Run("powershell", "-NoProfile", "-Command", $"Get-CimInstance Win32_Process -Filter 'ProcessId={id}' | ForEach-Object {{ \"$($_.ParentProcessId) $($_.CommandLine)\" }}"))
        : Parse(Run("ps", "-o", "ppid=,command=", "-p", $"{id}"));

    private static (int Parent, string CommandLine) FromProc(int id)
    {
        try
        {
            // "ID (NAME) STATE PARENT …", and the name may hold spaces and parentheses.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var parent = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
            return (int.Parse(parent), File.ReadAllText($"/proc/{id}/cmdline").Replace('\0', ' '));
        }
        catch (IOException)
        {
            // It ended while we looked.
            return (0, "");
        }
    }

    private static (int Parent, string CommandLine) Parse(string line)
    {
        var parts = line.Trim().Split(' ', 2);
        return int.TryParse(parts[0], out var parent) ? (parent, parts[^1]) : (0, "");
    }

    private static string Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true })
            ?? throw new SampleException($"{command} could not be started.");
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
