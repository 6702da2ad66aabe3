using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace HybridLlm.IntegrationTests;

/// <summary>Does what the README tells its readers to do.</summary>
public sealed class ReadmeTests : IDisposable
{
    private readonly ReadmeDocument _readme = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("readme-tests-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Every_path_that_it_names_exists()
    {
        var paths = _readme.Paths();

        Assert.Contains("samples/QuickStart", paths);
        Assert.All(paths, path => Assert.True(Path.Exists(Path.Combine(QuickStartEnvironment.Root, path)), $"README.md names {path}, which does not exist."));
    }

    [Fact]
    public void Every_chapter_that_it_links_to_exists() => Assert.Subset(_readme.Anchors().ToHashSet(), _readme.AnchorLinks().ToHashSet());

    [Fact]
    public void Every_configuration_in_it_is_valid()
    {
        var blocks = _readme.Blocks("json");
        Assert.Equal(2, blocks.Count);
        foreach (var block in blocks)
        {
            var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings
            {
                DisableDefaults = true,
                ContentRootPath = QuickStartEnvironment.Root,
            });
            builder.Configuration.AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(block)));
            builder.Services.AddHybridLlm().AddLlamaCpp().AddLmStudio().AddOllama().AddOpenAICompatible();
            using var host = builder.Build();

            var options = host.Services.GetRequiredService<IOptions<HybridLlmOptions>>().Value;

            Assert.NotEmpty(options.Providers);
        }
    }

    [Fact]
    public async Task The_application_in_it_builds_and_answers_with_the_server_that_it_tells_to_start()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var port = FreePort();
        using var server = StartServer(port);
        await WaitUntilReadyAsync(port, cancellationToken);
        foreach (var file in new[] { "MyApp.csproj", "appsettings.json", "Program.cs" })
        {
            var content = _readme.FileOf(file).Replace("../HybridLlm/", $"{QuickStartEnvironment.Root}/", StringComparison.Ordinal);
            await File.WriteAllTextAsync(Path.Combine(_folder.FullName, file), content, cancellationToken);
        }

        var environment = new Dictionary<string, string>
        {
            ["HybridLlm__Providers__local__Endpoint"] = $"http://localhost:{port}",
            ["HybridLlm__Metrics__Path"] = Path.Combine(_folder.FullName, "metrics"),
        };

        // The libraries were built for this test already; building them here again would get in the way of whoever else is building them.
        using var application = QuickStartProcess.Start(
            _folder.FullName, environment, "dotnet", "run", "-c", QuickStartEnvironment.Configuration, "--property:BuildProjectReferences=false", "--property:UseSharedCompilation=false");
        var (exitCode, output, errors) = await application.EndAsync(cancellationToken);

        Assert.True(exitCode == 0, $"exit code {exitCode}\n{output}\n{errors}");
        Assert.Contains("tiny-smart: Cairo", output, StringComparison.Ordinal);
        Assert.Contains("attempt 1. tiny-smart at local: Succeeded", output, StringComparison.Ordinal);
        Assert.EndsWith("Cairo", output.TrimEnd(), StringComparison.Ordinal);
    }

    private QuickStartProcess StartServer(int port)
    {
        var command = _readme.Blocks("bash").SelectMany(block => block.Split('\n')).Single(line => line.StartsWith("llama-server ", StringComparison.Ordinal));
        var arguments = command.Replace("8080", $"{port}", StringComparison.Ordinal).Split(' ')[1..];
        return QuickStartProcess.Start(QuickStartEnvironment.Root, new Dictionary<string, string>(), [QuickStartEnvironment.LlamaServer(), .. arguments]);
    }

    private static async Task WaitUntilReadyAsync(int port, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(1));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await IsReadyAsync(http, port, deadline.Token))
        {
            await pause.WaitForNextTickAsync(deadline.Token);
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, int port, CancellationToken cancellationToken)
    {
        try
        {
            return (await http.GetAsync(new Uri($"http://localhost:{port}/health"), cancellationToken)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
