using HybridLlm.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.Ollama.Tests;

/// <summary>What an application sees through the router.</summary>
public sealed class RoutedTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_prompt_that_is_too_long_goes_to_a_model_with_a_larger_context()
    {
        await using var simulator = await OllamaSimulator.StartAsync(
            options =>
            {
                options.Models.Add(new("small:1b"));
                options.Models.Add(new("large:1b"));
            },
            Token);
        await using var services = Build(options =>
        {
            var provider = new OllamaOptions { Type = "Ollama", Endpoint = simulator.Endpoint.ToString() };
            provider.ContextLengths["small:1b"] = 512;
            provider.ContextLengths["large:1b"] = 16_384;
            options.Providers["ollama"] = provider;

            // What is written here is too much, so that the server is asked and has to refuse.
            options.Models["small"] = new() { Provider = "ollama", ModelId = "small:1b", ContextLength = 100_000, Fallbacks = { "large" } };
            options.Models["large"] = new() { Provider = "ollama", ModelId = "large:1b" };
            options.Routing.DefaultModel = "small";
        });
        var prompt = string.Concat(Enumerable.Repeat("word ", 3000));

        var response = await services.GetRequiredService<IHybridLlmClient>().GenerateAsync(new LlmRequest(prompt) { Model = "small" }, Token);

        Assert.Equal(["ContextExceeded", ""], response.Trace.Attempts.Select(attempt => $"{attempt.Error}"));
        Assert.Equal("large", response.Trace.Model);
    }

    private static ServiceProvider Build(Action<HybridLlmOptions> configure)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddHybridLlm().AddOllama();
        services.Configure<HybridLlmOptions>(options =>
        {
            options.Metrics.Store = "None";
            configure(options);
        });
        return services.BuildServiceProvider();
    }
}
