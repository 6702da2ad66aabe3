using HybridLlm.Ollama.Tests.Support;
using HybridLlm.Testing;
using Microsoft.Extensions.AI;

namespace HybridLlm.Ollama.Tests;

/// <summary>Loading and unloading, and what must never be sent: against a simulated Ollama with its scheduler.</summary>
public sealed class LoadTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Surprise_7_keep_alive_comes_with_the_load_of_a_model_that_is_not_in_memory_and_never_again()
    {
        await using var simulator = await OllamaSimulator.StartAsync(cancellationToken: Token);
        await using var backend = Backend.Simulated(simulator, options => options.KeepAlive = TimeSpan.FromMinutes(30));

        await backend.AskAsync();
        await backend.StreamAsync();
        await backend.Provider.LoadModelAsync("sim-model", Token);
        await backend.Provider.LoadModelAsync("sim-model:latest", Token);

        var load = Assert.Single(simulator.Requests, request => request.BodyText.Contains("keep_alive", StringComparison.Ordinal));
        Assert.Equal("""{"model":"sim-model","messages":[],"stream":false,"keep_alive":1800}""", load.BodyText);
        Assert.Equal(1, simulator.LoadCount);
        Assert.Single(simulator.Requests, request => request.Path == "/api/chat" && request.BodyText.Contains("\"messages\":[]", StringComparison.Ordinal));
        var loaded = Assert.Single(await backend.Provider.GetLoadedModelsAsync(Token));
        Assert.InRange(loaded.ExpiresAt!.Value - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(25), TimeSpan.FromMinutes(31));
    }

    [Fact]
    public async Task Surprise_4_a_model_for_which_nothing_is_sent_yet_is_loading()
    {
        var clock = new ManualTimeProvider();
        await using var simulator = await OllamaSimulator.StartAsync(
            options =>
            {
                options.TimeProvider = clock;
                options.LoadTime = TimeSpan.FromMinutes(2);
            },
            Token);
        await using var backend = Backend.Simulated(simulator);
        Assert.Equal(ModelState.NotLoaded, await backend.Provider.GetModelStateAsync("sim-model", Token));

        var answer = backend.AskAsync();
        await simulator.WaitForAsync(() => simulator.QueuedRequests > 0, Token);
        Assert.Equal(ModelState.Loading, await backend.Provider.GetModelStateAsync("sim-model", Token));
        Assert.Equal(ModelState.Loading, Assert.Single(await backend.Provider.ListModelsAsync(Token)).State);

        await clock.WaitForTimersAsync(1, Token);
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.NotEmpty((await answer).Text);
        Assert.Equal(ModelState.Resident, await backend.Provider.GetModelStateAsync("sim-model", Token));
    }

    [Fact]
    public async Task Surprise_7_requests_to_a_busy_model_do_not_hold_up_the_one_that_waits_for_its_place()
    {
        await using var simulator = await OllamaSimulator.StartAsync(
            options =>
            {
                options.MaxLoadedModels = 1;
                options.Models.Add(new("a"));
                options.Models.Add(new("b"));
            },
            Token);
        await using var backend = new Backend(simulator.Endpoint.ToString(), options => options.KeepAlive = TimeSpan.FromHours(1)) { Model = "a" };
        await backend.Provider.LoadModelAsync("a", Token);
        simulator.Faults.Always(Fault.StallAfter(1));
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var first = DrainAsync(backend, "a", leaving.Token);
        await simulator.WaitForAsync(() => simulator.Requests.Any(request => request.TokensSent > 0), Token);
        simulator.Faults.Clear();

        // B waits for A to end; more is asked of A meanwhile.
        var waiting = backend.Provider.GetChatClient("b").GetResponseAsync("hi", null, Token);
        await simulator.WaitForAsync(() => simulator.QueuedRequests > 0, Token);
        Assert.Equal(ModelState.Loading, await backend.Provider.GetModelStateAsync("b", Token));
        Assert.Equal(ModelState.Resident, await backend.Provider.GetModelStateAsync("a", Token));
        var second = backend.AskAsync();
        await simulator.WaitForAsync(() => simulator.QueuedRequests > 1, Token);
        await backend.Provider.LoadModelAsync("a", Token);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await second;
        Assert.NotEmpty((await waiting).Text);
        Assert.Equal(ModelState.Resident, await backend.Provider.GetModelStateAsync("b", Token));
        Assert.DoesNotContain(simulator.Requests, request => request.Path == "/api/chat" && !request.BodyText.Contains("\"messages\":[]", StringComparison.Ordinal) && request.BodyText.Contains("keep_alive", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Surprise_11_whatever_is_asked_of_a_model_it_is_loaded_once()
    {
        await using var simulator = await OllamaSimulator.StartAsync(
            options =>
            {
                options.Models.Add(new("sim-model"));
                options.Models.Add(new("sim-embed") { IsEmbedding = true });
            },
            Token);
        await using var backend = Backend.Simulated(simulator, options => options.ContextLength = 8192);

        await backend.Provider.LoadModelAsync("sim-model", Token);
        await backend.AskAsync();
        await backend.StreamAsync(options: new() { MaxOutputTokens = 5, Temperature = 0 });
        await backend.Provider.LoadModelAsync("sim-model", Token);
        Assert.Equal(1, simulator.LoadCount);
        Assert.Equal(8192, Assert.Single(await backend.Provider.GetLoadedModelsAsync(Token)).ContextLength);

        await backend.Provider.LoadModelAsync("sim-embed", Token);
        using var generator = backend.Provider.GetEmbeddingGenerator("sim-embed");
        await generator.GenerateAsync(["a", "b"], cancellationToken: Token);
        await backend.AskAsync();
        Assert.Equal(2, simulator.LoadCount);
    }

    [Fact]
    public async Task A_model_that_another_application_loaded_with_another_context_is_loaded_anew_by_a_load()
    {
        await using var simulator = await OllamaSimulator.StartAsync(cancellationToken: Token);
        await using (var other = Backend.Simulated(simulator, options => options.ContextLength = 2048))
        {
            await other.AskAsync();
        }

        await using var backend = Backend.Simulated(simulator, options =>
        {
            options.ContextLength = 8192;
            options.KeepAlive = TimeSpan.FromHours(1);
        });
        await backend.Provider.LoadModelAsync("sim-model", Token);

        Assert.Equal(8192, Assert.Single(await backend.Provider.GetLoadedModelsAsync(Token)).ContextLength);
        Assert.DoesNotContain(simulator.Requests, request => request.BodyText.Contains("keep_alive", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Surprise_25_keep_alive_is_a_number_and_many_requests_to_a_cold_model_send_it_once()
    {
        await using var simulator = await OllamaSimulator.StartAsync(options => options.Slots = 4, Token);
        await using var backend = Backend.Simulated(simulator, options => options.KeepAlive = TimeSpan.FromMinutes(-1));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => backend.AskAsync()));

        Assert.Equal(1, simulator.LoadCount);
        Assert.Equal("""{"model":"sim-model","messages":[],"stream":false,"keep_alive":-1}""", Assert.Single(simulator.Requests, request => request.BodyText.Contains("keep_alive", StringComparison.Ordinal)).BodyText);
    }

    [Fact]
    public async Task A_model_that_was_not_used_for_a_while_is_asked_for_again()
    {
        var clock = new ManualTimeProvider();
        await using var simulator = await OllamaSimulator.StartAsync(cancellationToken: Token);
        await using var backend = new Backend(simulator.Endpoint.ToString(), options => options.KeepAlive = TimeSpan.FromMinutes(30))
        {
            Model = "sim-model",
            Clock = clock,
        };
        await backend.AskAsync();
        await backend.AskAsync();
        Assert.Equal(1, Asked());

        clock.Advance(TimeSpan.FromMinutes(2));
        await backend.AskAsync();
        Assert.Equal((2, 1), (Asked(), simulator.LoadCount));

        int Asked() => simulator.Requests.Count(request => request.Path == "/api/ps");
    }

    [Theory]
    [InlineData("sim-model")]
    [InlineData("sim-embed")]
    public async Task A_model_is_unloaded_and_unloading_it_again_does_nothing(string model)
    {
        await using var simulator = await OllamaSimulator.StartAsync(
            options =>
            {
                options.Models.Add(new("sim-model"));
                options.Models.Add(new("sim-embed") { IsEmbedding = true });
            },
            Token);
        await using var backend = Backend.Simulated(simulator);
        await backend.Provider.LoadModelAsync(model, Token);
        Assert.Single(simulator.LoadedModels);

        await backend.Provider.UnloadModelAsync(model, Token);
        Assert.Empty(simulator.LoadedModels);
        await backend.Provider.UnloadModelAsync(model, Token);
        Assert.All(simulator.Requests.Where(request => request.Path == "/api/generate"), request => Assert.Equal($$"""{"model":"{{model}}","keep_alive":0}""", request.BodyText));
        Assert.Equal(ModelState.NotLoaded, await backend.Provider.GetModelStateAsync(model, Token));
    }

    [Fact]
    public async Task Surprise_28_unloading_waits_for_the_answer_that_is_being_made()
    {
        await using var simulator = await OllamaSimulator.StartAsync(cancellationToken: Token);
        simulator.Faults.Always(Fault.StallAfter(1));
        await using var backend = Backend.Simulated(simulator);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var answer = DrainAsync(backend, "sim-model", leaving.Token);
        await simulator.WaitForAsync(() => simulator.Requests.Any(request => request.TokensSent > 0), Token);
        simulator.Faults.Clear();

        var unload = backend.Provider.UnloadModelAsync("sim-model", Token);
        await simulator.WaitForAsync(() => simulator.Requests.Any(request => request.Path == "/api/ps"), Token);
        Assert.False(unload.IsCompleted);
        Assert.False(answer.IsCompleted);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await unload;
        Assert.Empty(simulator.LoadedModels);
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_says_why()
    {
        await using var simulator = await OllamaSimulator.StartAsync(options => options.Models.Add(new("sim-model") { LoadError = "llama-server process has terminated: exit status 1" }), Token);
        await using var backend = Backend.Simulated(simulator, options => options.KeepAlive = TimeSpan.FromMinutes(5));

        var failure = await Assert.ThrowsAsync<ProviderException>(() => backend.Provider.LoadModelAsync("sim-model", Token));
        Assert.Equal(ProviderErrorKind.ServerError, failure.Kind);
        Assert.Contains("exit status 1", failure.Message, StringComparison.Ordinal);
        Assert.Equal(ProviderErrorKind.ServerError, (await backend.FailAsync()).Failure.Kind);
    }

    [Fact]
    public async Task A_model_that_is_unknown_is_not_found()
    {
        await using var simulator = await OllamaSimulator.StartAsync(cancellationToken: Token);
        await using var backend = Backend.Simulated(simulator);

        Assert.Equal(ProviderErrorKind.ModelNotFound, (await Assert.ThrowsAsync<ProviderException>(() => backend.Provider.LoadModelAsync("nope", Token))).Kind);
        Assert.Equal(ProviderErrorKind.ModelNotFound, (await Assert.ThrowsAsync<ProviderException>(() => backend.Provider.UnloadModelAsync("nope", Token))).Kind);
    }

    [Fact]
    public async Task Surprise_5_a_full_queue_of_loads_is_overload()
    {
        await using var simulator = await OllamaSimulator.StartAsync(
            options =>
            {
                options.MaxLoadedModels = 1;
                options.MaxQueuedLoads = 0;
                options.Models.Add(new("sim-model"));
                options.Models.Add(new("b"));
                options.Models.Add(new("c"));
            },
            Token);
        simulator.Faults.Always(Fault.StallAfter(1));
        await using var backend = Backend.Simulated(simulator);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var busy = DrainAsync(backend, "sim-model", leaving.Token);
        await simulator.WaitForAsync(() => simulator.Requests.Any(request => request.TokensSent > 0), Token);
        var waiting = DrainAsync(backend, "b", leaving.Token);
        await simulator.WaitForAsync(() => simulator.QueuedRequests > 0, Token);

        var failure = await Assert.ThrowsAsync<ProviderException>(() => DrainAsync(backend, "c", Token));

        Assert.Equal((ProviderErrorKind.Overloaded, 503), (failure.Kind, failure.StatusCode));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => busy);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Surprise_16_a_prompt_that_is_too_long_is_refused_on_both_paths()
    {
        await using var simulator = await OllamaSimulator.StartAsync(
            options =>
            {
                options.ContextLength = 256;
                options.Models.Add(new("sim-model"));
                options.Models.Add(new("go") { UsesGoTemplate = true });
            },
            Token);
        await using var backend = Backend.Simulated(simulator);
        foreach (var model in (string[])["sim-model", "go"])
        {
            var prompt = string.Concat(Enumerable.Repeat("word ", 2000));
            var failure = await Assert.ThrowsAsync<ProviderException>(() => backend.Provider.GetChatClient(model).GetResponseAsync(prompt, null, Token));

            Assert.Equal((ProviderErrorKind.ContextExceeded, 256), (failure.Kind, failure.ContextLength));
            Assert.True(failure.PromptTokens > 256);
        }
    }

    private static async Task DrainAsync(Backend backend, string model, CancellationToken cancellationToken)
    {
        await foreach (var update in backend.Provider.GetChatClient(model).GetStreamingResponseAsync("Tell me everything.", null, cancellationToken))
        {
            Assert.NotNull(update);
        }
    }
}
