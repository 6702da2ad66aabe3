namespace HybridLlm.Tests.Metrics;

/// <summary>A folder that goes with the test. It does not exist at first.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("hybridllm-metrics-");

    public string Path => System.IO.Path.Combine(_root.FullName, "nested", "metrics");

    public string[] Files(string pattern) => Directory.Exists(Path) ? [.. Directory.EnumerateFiles(Path, pattern).Order(StringComparer.Ordinal)] : [];

    public void Write(string name, byte[] content)
    {
        Directory.CreateDirectory(Path);
        File.WriteAllBytes(System.IO.Path.Combine(Path, name), content);
    }

    public void Dispose() => _root.Delete(recursive: true);
}
