using System.Reflection;

namespace HybridLlm.IntegrationTests;

/// <summary>Where things are on this machine.</summary>
internal static class QuickStartEnvironment
{
    /// <summary>Gets the root of the repository: the folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Gets how this was built, such as <c>Debug</c>.</summary>
    public static string Configuration { get; } =
        typeof(QuickStartEnvironment).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration ?? "Debug";

    /// <summary>Gets the folder of the built sample.</summary>
    public static string Sample { get; } = Path.Combine(Root, "samples", "QuickStart", "bin", Configuration, "net10.0");

    /// <summary>Gets the path of a llama-server, or skips the test.</summary>
    public static string LlamaServer()
    {
        var file = OperatingSystem.IsWindows() ? "llama-server.exe" : "llama-server";
        var found = new[] { Environment.GetEnvironmentVariable("HYBRIDLLM_LLAMA_SERVER"), Path.Combine(Root, ".llama", "bin", file) }
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, file)))
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(found is null, "There is no llama-server: name one in HYBRIDLLM_LLAMA_SERVER, put one on the PATH, or run eng/get-llama-server.sh .llama");
        return found!;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "HybridLlm.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds HybridLlm.sln.");
        }

        return folder.FullName;
    }
}
