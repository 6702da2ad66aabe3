using HybridLlm.LlamaCpp.Supervision;

namespace HybridLlm.LlamaCpp.Tests.Hosting;

/// <summary>Finds a real llama-server and real models, or skips the test.</summary>
internal static class RealLlama
{
    private static readonly string? Found = FindServer();

    public static string Server
    {
        get
        {
            Assert.SkipWhen(Found is null, "There is no llama-server. Run eng/get-llama-server.sh .llama, put one on the PATH, or set HYBRIDLLM_LLAMA_SERVER.");
            return Found!;
        }
    }

    public static string Model(string name)
    {
        var path = Roots().SelectMany(root => new[] { Path.Combine(root, "models", name), Path.Combine(root, "models", "real", name) }).FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, $"There is no model {name}. Set HYBRIDLLM_SHARED to the folder that holds models/.");
        return path!;
    }

    private static string? FindServer()
    {
        if (Environment.GetEnvironmentVariable("HYBRIDLLM_LLAMA_SERVER") is { Length: > 0 } configured)
        {
            return File.Exists(configured) ? configured : null;
        }

        return Ancestors().Select(folder => Path.Combine(folder, ".llama", "bin", "llama-server")).FirstOrDefault(File.Exists)
            ?? new FileLocator(null).FindExecutable("llama-server", out _);
    }

    private static IEnumerable<string> Roots()
    {
        if (Environment.GetEnvironmentVariable("HYBRIDLLM_SHARED") is { Length: > 0 } shared)
        {
            yield return shared;
        }

        foreach (var folder in Ancestors())
        {
            yield return Path.Combine(folder, "shared");
            yield return Path.Combine(folder, "samples");
        }
    }

    private static IEnumerable<string> Ancestors()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            yield return folder.FullName;
        }
    }
}
