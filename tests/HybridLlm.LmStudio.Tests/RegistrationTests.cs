using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HybridLlm.LmStudio.Tests;

public sealed class RegistrationTests
{
    [Fact]
    public async Task The_configuration_makes_a_provider()
    {
        await using var services = Build(new() { ["TimeToLive"] = "00:30:00", ["ApiKey"] = "k", ["DetailedStats"] = "true" });
        var options = Assert.IsType<LmStudioOptions>(services.GetRequiredService<IOptions<HybridLlmOptions>>().Value.Providers["studio"]);
        Assert.Equal((TimeSpan.FromMinutes(30), "k", true, null), (options.TimeToLive, options.ApiKey, options.DetailedStats, options.Endpoint));
    }

    [Fact]
    public async Task Code_makes_a_provider_without_any_setting()
    {
        var collection = new ServiceCollection();
        collection.AddHybridLlm(o => o.Metrics.Store = "None").AddLmStudio("studio");
        await using var services = collection.BuildServiceProvider();
        Assert.IsType<LmStudioOptions>(services.GetRequiredService<IOptions<HybridLlmOptions>>().Value.Providers["studio"]);
    }

    [Theory]
    [InlineData("TimeToLive", "00:00:00.5", "TimeToLive")]
    [InlineData("ContextSize", "0", "ContextSize")]
    [InlineData("Endpoint", "localhost:1234", "http://localhost:1234")]
    public async Task A_setting_that_cannot_be_is_refused_by_its_path(string key, string value, string words)
    {
        await using var services = Build(new() { [key] = value });
        var failure = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<HybridLlmOptions>>().Value);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.Contains("HybridLlm:Providers:studio", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_context_and_a_time_to_live_exclude_each_other()
    {
        await using var services = Build(new() { ["TimeToLive"] = "00:30:00", ["ContextSize"] = "8192" });
        Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<HybridLlmOptions>>().Value);
    }

    private static ServiceProvider Build(Dictionary<string, string?> settings)
    {
        settings["Type"] = "LmStudio";
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"HybridLlm:Providers:studio:{setting.Key}", setting.Value)).Append(new("HybridLlm:Metrics:Store", "None")))
            .Build();
        var collection = new ServiceCollection();
        collection.AddHybridLlm(configuration).AddLmStudio();
        return collection.BuildServiceProvider();
    }
}
