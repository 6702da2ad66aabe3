namespace HybridLlm.LlamaCpp.Supervision;

/// <summary>Finds the files that the configuration names.</summary>
/// <param name="contentRoot">The application's content root; <see langword="null"/> outside a host.</param>
internal sealed class FileLocator(string? contentRoot)
{
    private readonly string[] _roots = contentRoot is null ? [Directory.GetCurrentDirectory()] : [contentRoot, Directory.GetCurrentDirectory()];

    /// <summary>Finds a file by its path, absolute or relative to the content root or the current directory.</summary>
    /// <param name="path">The path as it is configured.</param>
    /// <param name="looked">The paths that were looked at.</param>
    /// <returns>The absolute path; <see langword="null"/> when there is no such file.</returns>
    public string? FindFile(string path, out IReadOnlyList<string> looked)
    {
        var candidates = _roots.Select(root => Path.GetFullPath(path, root)).Distinct(StringComparer.Ordinal).ToArray();
        looked = candidates;
        return Array.Find(candidates, File.Exists);
    }

    /// <summary>Finds an executable: a bare name on the PATH and where package managers put it, anything else by its path.</summary>
    /// <param name="nameOrPath">The name or path as it is configured.</param>
    /// <param name="looked">The paths, or the folders, that were looked at.</param>
    /// <returns>The absolute path; <see langword="null"/> when there is no such file.</returns>
    public string? FindExecutable(string nameOrPath, out IReadOnlyList<string> looked)
    {
        if (nameOrPath.AsSpan().ContainsAny(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar))
        {
            var found = FindFile(nameOrPath, out looked);
            return found is null && OperatingSystem.IsWindows() && !Path.HasExtension(nameOrPath) ? FindFile(nameOrPath + ".exe", out looked) : found;
        }

        var folders = PathFolders().ToArray();
        looked = folders;
        var file = OperatingSystem.IsWindows() && !Path.HasExtension(nameOrPath) ? nameOrPath + ".exe" : nameOrPath;
        return folders.Select(folder => Path.Combine(folder, file)).FirstOrDefault(IsExecutable);
    }

    private static IEnumerable<string> PathFolders()
    {
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        var folders = path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).AsEnumerable();

        // Applications that were not started from a shell often lack these.
        folders = OperatingSystem.IsWindows()
            ? folders.Append(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "Microsoft", "WinGet", "Links"))
            : folders.Concat(["/usr/local/bin", "/opt/homebrew/bin"]);
        return folders.Where(Path.IsPathFullyQualified).Distinct(StringComparer.Ordinal);
    }

    private static bool IsExecutable(string path) =>
        File.Exists(path)
        && (OperatingSystem.IsWindows()
            || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
