using HybridLlm.LlamaCpp.Tests.Doubles;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HybridLlm.LlamaCpp.Tests;

public sealed class RegistrationTests : IHybridLlmBuilder
{
    public IServiceCollection Services { get; } = new ServiceCollection();

    [Fact]
    public void The_configuration_is_read_whole()
    {
        var options = Read("""
            Type=llamacpp
            ServerPath=bin/llama-server
            ModelPath=models/mistral-7b-q4.gguf
            ModelAlias=mistral
            ContextSize=4096
            ParallelSlots=2
            Threads=8
            GpuLayers=99
            PromptCacheMB=64
            Embeddings=true
            Offline=false
            StartWithHost=false
            ExtraArguments:0=--mmproj
            ExtraArguments:1=vision.gguf
            Environment:CUDA_VISIBLE_DEVICES=1
            Headers:X-Tenant=a
            Timeouts:Load=00:10:00
            """);

        Assert.Equal(("bin/llama-server", "models/mistral-7b-q4.gguf", "mistral", "LlamaCpp"), (options.ServerPath, options.ModelPath, options.ModelAlias, options.Type));
        Assert.Equal((4_096, 2, 8, 99, 64), (options.ContextSize, options.ParallelSlots, options.Threads, options.GpuLayers, options.PromptCacheMB));
        Assert.Equal((true, false, false), (options.Embeddings, options.Offline, options.StartWithHost));
        Assert.Equal(["--mmproj", "vision.gguf"], options.ExtraArguments);
        Assert.Equal("1", options.Environment["CUDA_VISIBLE_DEVICES"]);
        Assert.Equal("a", options.Headers["X-Tenant"]);
        Assert.Equal(TimeSpan.FromMinutes(10), options.Timeouts!.Load);
    }

    [Theory]
    [InlineData("ModelPath=m.gguf", 1)]
    [InlineData("ModelPath=m.gguf\nParallelSlots=3", 3)]
    [InlineData("ModelPath=m.gguf\nMaxConcurrency=5", 5)]
    [InlineData("ModelPath=m.gguf\nMaxConcurrency=5\nParallelSlots=3", 5)]
    [InlineData("Endpoint=http://localhost:8080", null)]
    public void As_many_requests_run_at_once_as_a_supervised_server_has_slots(string configuration, int? concurrency) =>
        Assert.Equal(concurrency, Read(configuration).MaxConcurrency);

    [Fact]
    public void A_missing_model_is_found_at_validation()
    {
        this.AddLlamaCpp();
        using var services = Services.BuildServiceProvider();
        var errors = new CollectedErrors();
        Factory(services).Validate(new LlamaCppOptions { ModelPath = "no-such-model.gguf", ApiKey = "with\nline" }, errors);
        Assert.Equal(["ApiKey", "ModelPath"], errors.Errors.Select(e => e.Key));
    }

    [Fact]
    public void A_provider_added_in_code_is_among_the_options()
    {
        this.AddLlamaCpp("local", o => o.ModelPath = "m.gguf");
        using var services = Services.BuildServiceProvider();
        var provider = Assert.IsType<LlamaCppOptions>(services.GetRequiredService<IOptions<HybridLlmOptions>>().Value.Providers["local"]);
        Assert.Equal(("LlamaCpp", "m.gguf", 1), (provider.Type, provider.ModelPath, provider.MaxConcurrency));
    }

    [Fact]
    public void Adding_twice_makes_one_factory()
    {
        this.AddLlamaCpp().AddLlamaCpp();
        using var services = Services.BuildServiceProvider();
        Assert.Single(services.GetServices<ILlmProviderFactory>(), f => f.Type == "LlamaCpp");
    }

    private static ILlmProviderFactory Factory(IServiceProvider services) => services.GetServices<ILlmProviderFactory>().Single(f => f.Type == LlamaCppProviderFactory.ProviderType);

    private LlamaCppOptions Read(string configuration)
    {
        this.AddLlamaCpp();
        using var services = Services.BuildServiceProvider();
        var values = configuration.Split('\n').Select(line => line.Split('=', 2)).Select(pair => KeyValuePair.Create("P:" + pair[0], (string?)pair[1]));
        var section = new ConfigurationBuilder().AddInMemoryCollection(values).Build().GetSection("P");
        return Assert.IsType<LlamaCppOptions>(Factory(services).ReadOptions(section));
    }
}
