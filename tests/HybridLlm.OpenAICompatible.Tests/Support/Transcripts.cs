namespace HybridLlm.OpenAICompatible.Tests.Support;

/// <summary>The recordings of real servers, which lie beside the repository.</summary>
internal static class Transcripts
{
    private static readonly string? Folder = Find();

    /// <summary>Gets the bytes of a recorded answer, or skips the test where there are no recordings.</summary>
    /// <param name="server">The folder of the server.</param>
    /// <param name="name">The recording's name, or its number with the hyphen, such as <c>202-</c>.</param>
    internal static byte[] Response(string server, string name) => Read(server, name, "response");

    /// <summary>Gets the bytes of the request that was answered so.</summary>
    /// <param name="server">The folder of the server.</param>
    /// <param name="name">The recording's name, or its number with the hyphen.</param>
    internal static byte[] Request(string server, string name) => Read(server, name, "request");

    internal static IEnumerable<string> Names(string server) =>
        Folder is null ? [] : Directory.GetFiles(Path.Combine(Folder, server), "*.response.txt").Select(path => Path.GetFileName(path)![..^".response.txt".Length]).Order(StringComparer.Ordinal);

    private static byte[] Read(string server, string name, string part)
    {
        Assert.SkipWhen(Folder is null, "The recordings are not here. Set HYBRIDLLM_SHARED to the folder that holds wire/transcripts.");
        var files = Directory.GetFiles(Path.Combine(Folder!, server), name + (name.EndsWith('-') ? "*" : "") + $".{part}.txt");
        return File.ReadAllBytes(Assert.Single(files));
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("HYBRIDLLM_SHARED") is { Length: > 0 } shared)
        {
            return Existing(shared);
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Existing(Path.Combine(folder.FullName, "shared")) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static string? Existing(string shared)
    {
        var folder = Path.Combine(shared, "wire", "transcripts");
        return Directory.Exists(folder) ? folder : null;
    }
}
