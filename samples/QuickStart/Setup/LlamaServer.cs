using System.Diagnostics;
using QuickStart.Rendering;

namespace QuickStart.Setup;

/// <summary>Finds the executable <c>llama-server</c>, and gets one where there is none.</summary>
internal static class LlamaServer
{
    private const string Variable = "HYBRIDLLM_LLAMA_SERVER";
    private const string Script = "eng/get-llama-server.sh";
    private const string Folder = ".llama";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Gets how llama.cpp is installed on this system.</summary>
    public static string InstallHint { get; } =
        OperatingSystem.IsWindows() ? "winget install llama.cpp"
        : OperatingSystem.IsMacOS() ? "brew install llama.cpp"
        : "brew install llama.cpp   (or your distribution's package, or https://github.com/ggml-org/llama.cpp/releases)";

    /// <summary>Finds a llama-server: the one that HYBRIDLLM_LLAMA_SERVER names, else one on the PATH, else one that the repository's script gets.</summary>
    /// <returns>Its path; <see langword="null"/> when there is none and none can be had.</returns>
    /// <exception cref="SampleException">The one that is named does not exist, or the script failed.</exception>
    public static async Task<string?> FindAsync(Report report) =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? Named(named)
        : FindOnPath() is { } found ? found
        : FindScript() is { } script && OperatingSystem.IsLinux() && FindOnPath("apt-get") is not null ? await GetAsync(script, report)
        : null;

    private static string Named(string path) =>
        File.Exists(path) ? path : throw new SampleException($"There is no file {path}. {Variable} takes the path of a llama-server; without it one is looked for.");

    private static string? FindOnPath(string name = "llama-server")
    {
        var file = OperatingSystem.IsWindows() ? $"{name}.exe" : name;
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);
    }

    private static string? FindScript()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, Script) is var script && File.Exists(script))
            {
                return script;
            }
        }

        return null;
    }

    private static async Task<string> GetAsync(string script, Report report)
    {
        var root = Path.GetDirectoryName(Path.GetDirectoryName(script))!;
        var last = "";
        var start = new ProcessStartInfo("bash", [script, Path.Combine(root, Folder)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start) ?? throw new SampleException($"{Script} could not be started.");
        process.ErrorDataReceived += (_, line) => report.Progress(last = line.Data ?? last);
        process.BeginErrorReadLine();
        using var timeout = new CancellationTokenSource(Patience);
        try
        {
            var path = (await process.StandardOutput.ReadToEndAsync(timeout.Token)).Trim();
            await process.WaitForExitAsync(timeout.Token);
            return process.ExitCode == 0 && File.Exists(path)
                ? path
                : throw new SampleException($"{Script} could not get a llama-server: {last}\nInstall one yourself and run the sample again: {InstallHint}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new SampleException($"{Script} took longer than {Patience.TotalMinutes:0} minutes. Install llama.cpp yourself and run the sample again: {InstallHint}");
        }
    }
}
