using HybridLlm.Ollama.Tests.Support;
using HybridLlm.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HybridLlm.Ollama.Tests;

public sealed class RegistrationTests
{
    private static readonly ILlmProviderFactory Factory = new OllamaProviderFactory();

    [Fact]
    public void The_configuration_is_read_whole_with_colons_in_the_names_of_models()
    {
        var options = Read("""
            Type=ollama
            Endpoint=http://ollama-box:11434
            KeepAlive=00:30:00
            ContextLength=8192
            ContextLengths:mistral:7b=16384
            ContextLengths:mistral=4096
            ContextLengths:hf.co/team/model:Q4_K_M=2048
            CloudModels=true
            DownloadStallTimeout=00:05:00
            MaxConcurrency=4
            ApiKey=secret
            Headers:X-Tenant=a
            """);

        Assert.Equal(("http://ollama-box:11434", TimeSpan.FromMinutes(30), 8192), (options.Endpoint, options.KeepAlive, options.ContextLength));
        Assert.Equal(["hf.co/team/model:Q4_K_M=2048", "mistral:7b=16384", "mistral=4096"], options.ContextLengths.Select(pair => $"{pair.Key}={pair.Value}").Order(StringComparer.Ordinal));
        Assert.Equal((true, TimeSpan.FromMinutes(5), 4, "secret", "a"), (options.CloudModels, options.DownloadStallTimeout, options.MaxConcurrency, options.ApiKey, options.Headers["X-Tenant"]));
    }

    [Fact]
    public void A_context_that_is_no_number_is_told_with_its_path()
    {
        var failure = Assert.ThrowsAny<Exception>(() => Read("ContextLengths:mistral:7b=many"));
        Assert.Contains("many", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Endpoint=localhost:11434", "Endpoint")]
    [InlineData("Endpoint=http://localhost:11434/v1", "Endpoint")]
    [InlineData("Endpoint=http://localhost:11434/api/", "Endpoint")]
    [InlineData("ContextLength=255", "ContextLength")]
    [InlineData("ContextLengths:a:7b=10000001", "ContextLengths:a:7b")]
    [InlineData("KeepAlive=00:00:00", "KeepAlive")]
    [InlineData("DownloadStallTimeout=00:00:00.5", "DownloadStallTimeout")]
    [InlineData("KeepAlive=-00:00:01\nContextLength=256\nEndpoint=https://example.org/ollama", null)]
    public void Bad_options_are_found_at_validation(string configuration, string? key)
    {
        var errors = new CollectedErrors();
        Factory.Validate(Read(configuration), errors);

        Assert.Equal(key is null ? [] : [key], errors.Errors.Select(error => error.Key));
    }

    [Theory]
    [InlineData(null, true, false)]
    [InlineData("http://192.168.1.5:11434", true, false)]
    [InlineData("https://ollama.example.org", false, true)]
    public async Task Where_the_server_is_decides_about_privacy_and_cost(string? endpoint, bool isLocal, bool isMetered)
    {
        await using var backend = new Backend(endpoint!);
        Assert.Equal((isLocal, isMetered, true), (backend.Provider.Capabilities.IsLocal, backend.Provider.Capabilities.IsMetered, backend.Provider.Capabilities.PrefersStreaming));
    }

    [Fact]
    public async Task An_application_that_adds_Ollama_in_code_asks_it_through_the_router()
    {
        var token = TestContext.Current.CancellationToken;
        await using var simulator = await OllamaSimulator.StartAsync(cancellationToken: token);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddHybridLlm().AddOllama("ollama", options => options.Endpoint = simulator.Endpoint.ToString());
        services.Configure<HybridLlmOptions>(options =>
        {
            options.Metrics.Store = "None";
            options.Models["sim"] = new() { Provider = "ollama", ModelId = "sim-model" };
        });
        await using var built = services.BuildServiceProvider();

        var response = await built.GetRequiredService<IHybridLlmClient>().GetResponseAsync(new ChatMessage(ChatRole.User, "Hello."), new() { MaxOutputTokens = 100 }, token);

        Assert.Equal("You said: Hello.", response.Text);
        Assert.Contains(simulator.Requests, request => request.Path == "/api/chat" && request.Json().GetProperty("stream").GetBoolean());
        Assert.Equal("Ollama", built.GetRequiredService<IOptions<HybridLlmOptions>>().Value.Providers["ollama"].Type);
    }

    private static OllamaOptions Read(string configuration)
    {
        var values = configuration.Split('\n', StringSplitOptions.TrimEntries).Select(line => line.Split('=', 2)).Select(pair => KeyValuePair.Create($"P:{pair[0]}", (string?)pair[1]));
        var section = new ConfigurationBuilder().AddInMemoryCollection(values).Build().GetSection("P");
        return (OllamaOptions)Factory.ReadOptions(section);
    }
}
