using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using HybridLlm.LlamaCpp.Supervision;
using HybridLlm.LlamaCpp.Tests.Doubles;
using HybridLlm.LlamaCpp.Tests.Hosting;

namespace HybridLlm.LlamaCpp.Tests;

/// <summary>A real llama-server in router mode, which the application runs itself.</summary>
[Collection(nameof(RealServers))]
public sealed class RealRouterTests : IDisposable
{
    private readonly TemporaryFolder _models = new();
    private readonly ConcurrentQueue<string> _said = new();
    private IServerProcess? _router;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _router?.Dispose();
        _models.Dispose();
    }

    [Fact]
    public async Task Models_are_listed_loaded_used_and_unloaded()
    {
        await using var backend = await StartAsync();
        var provider = backend.Provider;
        var models = await provider.ListModelsAsync(Cancellation);
        Assert.Equal(["broken", "one", "two"], models.Select(m => m.Id).Order(StringComparer.Ordinal));
        Assert.All(models, model => Assert.Equal((ModelState.NotLoaded, 512), (model.State, model.ContextLength)));

        await provider.LoadModelAsync("one", Cancellation);
        Assert.Equal(ModelState.Resident, await provider.GetModelStateAsync("one", Cancellation));
        Assert.Equal(ModelState.NotLoaded, await provider.GetModelStateAsync("two", Cancellation));
        var loaded = (await provider.ListModelsAsync(Cancellation)).Single(m => m.Id == "one");
        Assert.True(loaded.Features!.Value.HasFlag(LlmFeatures.Tools));
        Assert.Equal(512, Assert.Single(await provider.GetSlotsAsync("one", Cancellation)).ContextLength);
        await provider.LoadModelAsync("one", Cancellation);

        using var chat = provider.GetChatClient("two");
        var response = await chat.GetResponseAsync([new(Microsoft.Extensions.AI.ChatRole.User, "Hi")], new() { MaxOutputTokens = 5 }, Cancellation);
        Assert.NotNull(response.FinishReason);
        Assert.True(await provider.CountTokensAsync("two", [new(Microsoft.Extensions.AI.ChatRole.User, "Hi")], null, Cancellation) > 1);

        await provider.UnloadModelAsync("one", Cancellation);
        Assert.Equal(ModelState.NotLoaded, await provider.GetModelStateAsync("one", Cancellation));
        await provider.UnloadModelAsync("one", Cancellation);
    }

    [Fact]
    public async Task Models_that_do_not_load_or_do_not_exist_are_told_apart()
    {
        await using var backend = await StartAsync();
        Assert.Equal(ProviderErrorKind.ServerError, (await Assert.ThrowsAsync<ProviderException>(() => backend.Provider.LoadModelAsync("broken", Cancellation))).Kind);
        Assert.Equal(ProviderErrorKind.ModelNotFound, (await Assert.ThrowsAsync<ProviderException>(() => backend.Provider.LoadModelAsync("nope", Cancellation))).Kind);
    }

    private async Task<LlamaBackend> StartAsync()
    {
        File.Copy(RealLlama.Model("babble.gguf"), Path.Combine(_models.Path, "one.gguf"));
        File.Copy(RealLlama.Model("babble-think.gguf"), Path.Combine(_models.Path, "two.gguf"));
        _models.Add("broken.gguf", "this is no model");
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(v => (string)v.Key, v => (string)v.Value!);
        var port = FreePort.Find().ToString(CultureInfo.InvariantCulture);
        string[] arguments = ["--models-dir", _models.Path, "--port", port, "--offline", "--threads", "1", "--parallel", "1", "--ctx-size", "512"];
        _router = ServerLauncher.ForThisSystem.Start(new(RealLlama.Server, arguments, environment), _said.Enqueue);
        var backend = new LlamaBackend(o => o.Endpoint = $"http://127.0.0.1:{port}");
        await Poll.UntilAsync(async () => (await backend.Provider.CheckHealthAsync(Cancellation)).Status == ProviderHealthStatus.Healthy, "the router answers");
        return backend;
    }
}
