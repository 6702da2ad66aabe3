using HybridLlm.LlamaCpp.Tests.Hosting;
using HybridLlm.OpenAICompatible.Tests.Support;
using Microsoft.Extensions.AI;

namespace HybridLlm.LlamaCpp.Tests.Wire;

/// <summary>What a real llama-server once sent, replayed byte for byte.</summary>
public sealed class TranscriptTests
{
    private const LlmFeatures Common = LlmFeatures.Streaming | LlmFeatures.Tools | LlmFeatures.JsonSchema | LlmFeatures.Logprobs;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("103-", 4, 2_048, Common)]
    [InlineData("131-", 2, 512, Common)]
    [InlineData("509-", 4, 2_048, Common | LlmFeatures.Reasoning)]
    public async Task Props_tell_slots_context_and_features(string name, int slots, int context, LlmFeatures features)
    {
        await using var server = Replaying(name);
        await using var backend = At(server);
        var info = await backend.Provider.GetServerInfoAsync(Cancellation);
        Assert.Equal((slots, context, features, false), (info.TotalSlots, info.ContextLength, info.Features, info.IsRouter));
        Assert.Equal("b11669-Debian", info.Build);
    }

    [Fact]
    public async Task A_router_says_that_it_is_one()
    {
        await using var server = Replaying("703-");
        await using var backend = At(server);
        var info = await backend.Provider.GetServerInfoAsync(Cancellation);
        Assert.Equal((true, 0, null, null), (info.IsRouter, info.TotalSlots, info.ContextLength, info.Features));
    }

    [Fact]
    public async Task Llama_surprise_8_slots_tell_who_is_busy()
    {
        await using var server = Replaying("603-");
        await using var backend = At(server);
        Assert.Equal([new LlamaCppSlot(0, 4_096, true)], await backend.Provider.GetSlotsAsync(cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Models_are_listed_with_what_props_add()
    {
        await using var server = Answering(request => request switch
        {
            "GET /v1/models" => "130-",
            "GET /props" => "131-",
            "POST /v1/embeddings" => "459-",
            _ => "110-",
        });
        await using var backend = At(server);
        var model = Assert.Single(await backend.Provider.ListModelsAsync(Cancellation));
        Assert.Equal(("tiny", 512, Common, ModelState.Resident, "Q8_0"), (model.Id, model.ContextLength, model.Features, model.State, model.Quantization));
        Assert.Equal(["tiny-latest"], model.Aliases);
        Assert.Equal("Q8_0-525440-775680", model.Version);
    }

    [Fact]
    public async Task Whether_embeddings_are_made_is_asked_once()
    {
        await using var server = Answering(request => request switch { "GET /v1/models" => "130-", "GET /props" => "103-", _ => "476-" });
        await using var backend = At(server);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(Assert.Single(await backend.Provider.ListModelsAsync(Cancellation)).Features!.Value.HasFlag(LlmFeatures.Embeddings));
        }

        Assert.Single(server.Requests, r => r.RequestLine.StartsWith("POST /v1/embeddings ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_without_an_alias_is_known_by_its_file_too()
    {
        await using var server = Answering(request => request switch { "GET /v1/models" => "100-", "GET /props" => "103-", _ => "459-" });
        await using var backend = At(server);
        Assert.Contains("tiny", Assert.Single(await backend.Provider.ListModelsAsync(Cancellation)).Aliases);
    }

    [Fact]
    public async Task A_routers_models_have_the_context_that_they_would_be_loaded_with()
    {
        await using var server = Answering(request => request switch
        {
            "GET /v1/models" => "710-",
            "GET /props" => "703-",
            "GET /props?model=tiny-a&autoload=false" => "711-",
            _ => "110-",
        });
        await using var backend = At(server);
        var models = await backend.Provider.ListModelsAsync(Cancellation);
        Assert.Equal(6, models.Count);
        Assert.All(models, model => Assert.Equal(model.Id == "tiny-a" ? ModelState.Resident : ModelState.NotLoaded, model.State));
        Assert.All(models, model => Assert.Equal(1_024, model.ContextLength));
        Assert.Equal(Common, models.Single(m => m.Id == "tiny-a").Features);
        Assert.Equal(ModelState.Resident, await backend.Provider.GetModelStateAsync("tiny-a", Cancellation));
        Assert.Equal(ModelState.NotLoaded, await backend.Provider.GetModelStateAsync("think", Cancellation));
        Assert.Equal(ModelState.Unknown, await backend.Provider.GetModelStateAsync("nope", Cancellation));
    }

    [Fact]
    public async Task A_sleeping_server_has_its_model_not_loaded()
    {
        await using var server = Answering(request => request switch { "GET /v1/models" => "802-", "GET /props" => "800-", _ => "459-" });
        await using var backend = At(server);
        Assert.Equal(ModelState.NotLoaded, await backend.Provider.GetModelStateAsync("m", Cancellation));
        Assert.Equal(ModelState.NotLoaded, Assert.Single(await backend.Provider.ListModelsAsync(Cancellation)).State);

        // Asking for embeddings would wake it.
        Assert.DoesNotContain(server.Requests, r => r.RequestLine.StartsWith("POST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Llama_surprise_14_a_server_that_loads_says_so()
    {
        await using var server = Replaying("001-");
        await using var backend = At(server);
        Assert.Equal(ProviderHealthStatus.Loading, (await backend.Provider.CheckHealthAsync(Cancellation)).Status);
        Assert.Equal(ModelState.Loading, await backend.Provider.GetModelStateAsync("m", Cancellation));
        Assert.Equal(ProviderErrorKind.ModelLoading, (await FailAsync(backend)).Kind);
    }

    [Fact]
    public async Task Llama_surprise_13_health_is_asked_where_no_key_is_needed_and_told_when_there_is_nobody()
    {
        await using var server = Replaying("010-");
        await using var backend = At(server);
        Assert.Equal(ProviderHealth.Healthy, await backend.Provider.CheckHealthAsync(Cancellation));
        Assert.StartsWith("GET /health ", server.Requests.Single().Head, StringComparison.Ordinal);
        await server.DisposeAsync();
        Assert.Equal(ProviderHealthStatus.Unhealthy, (await backend.Provider.CheckHealthAsync(Cancellation)).Status);
    }

    [Theory]
    [InlineData("312-", ProviderErrorKind.InvalidRequest)]
    [InlineData("278-", ProviderErrorKind.InvalidRequest)]
    [InlineData("271-", ProviderErrorKind.InvalidRequest)]
    [InlineData("284-", ProviderErrorKind.InvalidRequest)]
    [InlineData("408-", ProviderErrorKind.InvalidRequest)]
    [InlineData("456-", ProviderErrorKind.InvalidRequest)]
    [InlineData("276-", ProviderErrorKind.InvalidRequest)]
    [InlineData("477-", ProviderErrorKind.ContextExceeded)]
    [InlineData("301-", ProviderErrorKind.ContextExceeded)]
    [InlineData("900-context-shared-stream-first-event", ProviderErrorKind.Overloaded)]
    [InlineData("901-", ProviderErrorKind.Overloaded)]
    [InlineData("737-", ProviderErrorKind.Unavailable)]
    [InlineData("724-", ProviderErrorKind.ServerError)]
    [InlineData("706-", ProviderErrorKind.ModelNotFound)]
    [InlineData("730-router-unload-while-streaming", ProviderErrorKind.StreamInterrupted)]
    public async Task Failures_are_taken_for_what_they_are(string name, ProviderErrorKind kind)
    {
        await using var server = Replaying(name);
        await using var backend = At(server);
        Assert.Equal(kind, (await FailAsync(backend)).Kind);
    }

    [Fact]
    public async Task A_child_of_a_router_that_died_is_named_as_the_cause()
    {
        await using var server = Replaying("736-");
        await using var backend = At(server);
        Assert.Contains("proxy error", (await FailAsync(backend)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("202-")]
    [InlineData("212-")]
    public async Task The_timings_of_a_stream_are_those_of_its_last_event(string name)
    {
        await using var server = Replaying(name);
        await using var backend = At(server);
        var response = await backend.AskAsync("Hi");
        var timings = Assert.IsType<LlamaCppTimings>(response.AdditionalProperties![LlamaCppPropertyNames.Timings]);
        Assert.Equal(response.Usage!.OutputTokenCount, timings.GeneratedTokens);
        Assert.Equal(timings.GeneratedTokens / timings.GenerationDuration.TotalSeconds, timings.TokensPerSecond, 3);
        Assert.Equal(response.Usage.InputTokenCount, timings.PromptTokens + timings.CachedPromptTokens);
        Assert.All(response.Messages, m => Assert.False(m.AdditionalProperties?.ContainsKey(LlamaCppPropertyNames.Timings) == true));
    }

    [Fact]
    public async Task Llama_surprise_26_tokens_are_counted_in_one_question()
    {
        await using var server = Replaying("413-");
        await using var backend = At(server);
        Assert.Equal(14, await backend.Provider.CountTokensAsync("m", [new(ChatRole.User, "Hi")], null, Cancellation));
    }

    [Fact]
    public async Task An_older_server_counts_tokens_in_two()
    {
        await using var server = Answering(request => request switch
        {
            "POST /v1/chat/completions/input_tokens" => "110-",
            "POST /apply-template" => "410-",
            "POST /tokenize" => "728-",
            _ => "001-",
        });
        await using var backend = At(server);
        Assert.Equal(3, await backend.Provider.CountTokensAsync("m", [new(ChatRole.User, "Hi")], null, Cancellation));
        Assert.Contains("<|im_start|>", System.Text.Json.JsonDocument.Parse(server.Requests.Last().Body).RootElement.GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    private static async Task<ProviderException> FailAsync(LlamaBackend backend) =>
        await Assert.ThrowsAsync<ProviderException>(() => backend.AskAsync("Hi"));

    private static LlamaBackend At(TranscriptServer server) => new(options => options.Endpoint = server.Endpoint);

    private static TranscriptServer Replaying(string name) => TranscriptServer.Replaying(Transcripts.Response("llamacpp", name));

    /// <summary>Answers each request, told by method and path, with a recording.</summary>
    private static TranscriptServer Answering(Func<string, string> recording)
    {
        Transcripts.Response("llamacpp", "110-");
        return new(async connection =>
        {
            if (await connection.ReadRequestAsync() is { } request)
            {
                var words = request.RequestLine.Split(' ');
                await connection.SendAsync(Transcripts.Response("llamacpp", recording($"{words[0]} {words[1]}")));
            }
        });
    }
}
