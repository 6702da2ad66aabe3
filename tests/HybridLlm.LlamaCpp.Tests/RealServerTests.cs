using System.Text.Json;
using HybridLlm.LlamaCpp.Tests.Doubles;
using HybridLlm.LlamaCpp.Tests.Hosting;
using HybridLlm.OpenAICompatible;
using Microsoft.Extensions.AI;

namespace HybridLlm.LlamaCpp.Tests;

/// <summary>What a supervised llama-server answers.</summary>
[Collection(nameof(RealServers))]
public sealed class RealServerTests
{
    private static readonly AITool Weather = AIFunctionFactory.CreateDeclaration(
        "get_weather", "The weather in a city", Schema("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"""));

    private static readonly AITool Clock = AIFunctionFactory.CreateDeclaration(
        "get_time", "The time in a zone", Schema("""{"type":"object","properties":{"zone":{"type":"string"}},"required":["zone"]}"""));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_chat_is_answered_with_usage_and_timings()
    {
        await using var backend = LlamaBackend.Supervised("babble.gguf");
        var response = await backend.AskAsync("Tell me about the garden.", new() { MaxOutputTokens = 20, Temperature = 0 });

        Assert.NotEmpty(response.Text);
        Assert.NotNull(response.FinishReason);
        var usage = response.Usage!;
        Assert.InRange(usage.OutputTokenCount!.Value, 1, 20);
        Assert.True(usage.InputTokenCount > 0);
        var timings = Assert.IsType<LlamaCppTimings>(response.AdditionalProperties![LlamaCppPropertyNames.Timings]);
        Assert.Equal(usage.OutputTokenCount, timings.GeneratedTokens);
        Assert.Equal(usage.InputTokenCount, timings.PromptTokens + timings.CachedPromptTokens);
        Assert.True(timings.TokensPerSecond > 0);
    }

    [Fact]
    public async Task A_stream_comes_in_pieces_and_ends_with_usage_and_timings()
    {
        await using var backend = LlamaBackend.Supervised("babble.gguf");
        var updates = await backend.StreamAsync("Tell me about the garden.", new() { MaxOutputTokens = 20 });
        Assert.True(updates.Count(u => u.Text.Length > 0) > 1);
        Assert.Contains(updates, u => u.FinishReason is not null);
        Assert.Contains(updates[^1].Contents, c => c is UsageContent);
        Assert.IsType<LlamaCppTimings>(updates[^1].AdditionalProperties![LlamaCppPropertyNames.Timings]);
    }

    [Fact]
    public async Task Requests_in_quick_succession_are_all_answered()
    {
        // The server closes the connection of a stream shortly after its end; a client that reuses it fails now and then.
        await using var backend = LlamaBackend.Supervised("babble.gguf");
        for (var i = 0; i < 300; i++)
        {
            Assert.NotNull((await backend.AskAsync("Hi", new() { MaxOutputTokens = 1 })).FinishReason);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cancelled_request_frees_its_slot_whether_streamed_or_not(bool streamed)
    {
        await using var backend = LlamaBackend.Supervised("babble.gguf", o => o.ContextSize = 100_000);
        await backend.Provider.LoadModelAsync("m", Cancellation);
        using var cancel = new CancellationTokenSource();
        var options = new ChatOptions { AdditionalProperties = new() { ["ignore_eos"] = true } };
        var request = streamed ? ConsumeAsync() : backend.Chat.GetResponseAsync("Tell me everything.", options, cancel.Token);
        await Poll.UntilAsync(IsBusyAsync, "the slot is busy");
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await Poll.UntilAsync(async () => !await IsBusyAsync(), "the slot is free", seconds: 3);

        async Task ConsumeAsync()
        {
            await foreach (var update in backend.Chat.GetStreamingResponseAsync("Tell me everything.", options, cancel.Token))
            {
                Assert.NotNull(update);
            }
        }

        async Task<bool> IsBusyAsync() => Assert.Single(await backend.Provider.GetSlotsAsync(cancellationToken: Cancellation)).IsProcessing;
    }

    [Fact]
    public async Task The_context_size_is_that_of_each_slot()
    {
        await using var backend = LlamaBackend.Supervised("babble.gguf", o => (o.ContextSize, o.ParallelSlots) = (512, 3));
        await backend.Provider.LoadModelAsync("m", Cancellation);
        var slots = await backend.Provider.GetSlotsAsync(cancellationToken: Cancellation);
        Assert.Equal([512, 512, 512], slots.Select(s => s.ContextLength));

        var info = await backend.Provider.GetServerInfoAsync(Cancellation);
        Assert.Equal((3, 512, false), (info.TotalSlots, info.ContextLength, info.IsRouter));
        Assert.NotNull(info.Build);
    }

    [Fact]
    public async Task The_model_is_listed_with_what_it_can_do()
    {
        await using var backend = LlamaBackend.Supervised("babble-think.gguf");
        var stopped = Assert.Single(await backend.Provider.ListModelsAsync(Cancellation));
        Assert.Equal(("babble-think", ModelState.NotLoaded), (stopped.Id, stopped.State));
        Assert.Equal(ModelState.NotLoaded, await backend.Provider.GetModelStateAsync("babble-think", Cancellation));

        await backend.Provider.LoadModelAsync("babble-think", Cancellation);
        var model = Assert.Single(await backend.Provider.ListModelsAsync(Cancellation));
        Assert.Equal(("babble-think", ModelState.Resident, 2_048, "Q8_0"), (model.Id, model.State, model.ContextLength, model.Quantization));
        Assert.Equal(LlmFeatures.Streaming | LlmFeatures.Tools | LlmFeatures.JsonSchema | LlmFeatures.Logprobs | LlmFeatures.Reasoning, model.Features);
        Assert.Equal(stopped.Version, model.Version);
        Assert.Equal(ModelState.Resident, await backend.Provider.GetModelStateAsync("babble-think", Cancellation));
        Assert.Equal(ProviderHealth.Healthy, await backend.Provider.CheckHealthAsync(Cancellation));
    }

    [Fact]
    public async Task Tokens_are_counted_as_the_server_then_counts_them()
    {
        await using var backend = LlamaBackend.Supervised("babble.gguf");
        ChatMessage[] messages = [new(ChatRole.System, "Be brief."), new(ChatRole.User, "Where is the garden?")];
        var options = new ChatOptions { MaxOutputTokens = 1 };
        var plain = await backend.Provider.CountTokensAsync("m", messages, options, Cancellation);
        var response = await backend.Chat.GetResponseAsync(messages, options, Cancellation);
        Assert.Equal(response.Usage!.InputTokenCount, plain);

        var withTools = await backend.Provider.CountTokensAsync("m", messages, new() { Tools = [Weather] }, Cancellation);
        Assert.True(withTools > plain);
    }

    [Fact]
    public async Task A_prompt_that_does_not_fit_is_told_with_both_numbers()
    {
        await using var backend = LlamaBackend.Supervised("babble.gguf", o => o.ContextSize = 256);
        var failure = await Assert.ThrowsAsync<ProviderException>(() => backend.AskAsync(string.Concat(Enumerable.Repeat("garden ", 600))));
        Assert.Equal((ProviderErrorKind.ContextExceeded, 256), (failure.Kind, failure.ContextLength));
        Assert.True(failure.PromptTokens >= 600);
    }

    [Fact]
    public async Task An_answer_follows_a_json_schema()
    {
        await using var backend = LlamaBackend.Supervised("babble.gguf");
        var schema = Schema("""{"type":"object","properties":{"name":{"type":"string","maxLength":20},"age":{"type":"integer"}},"required":["name","age"],"additionalProperties":false}""");
        var response = await backend.AskAsync("Someone.", new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(schema, "person"), MaxOutputTokens = 500 });
        using var answer = JsonDocument.Parse(response.Text);
        Assert.Equal(JsonValueKind.String, answer.RootElement.GetProperty("name").ValueKind);
        Assert.Equal(JsonValueKind.Number, answer.RootElement.GetProperty("age").ValueKind);
    }

    [Fact]
    public async Task An_answer_follows_a_grammar()
    {
        await using var backend = LlamaBackend.Supervised("babble.gguf");
        var response = await backend.AskAsync("Yes or no?", new() { AdditionalProperties = new() { [LlamaCppPropertyNames.Grammar] = "root ::= \"yes\" | \"no\"" } });
        Assert.Matches("^(yes|no)$", response.Text);
    }

    [Fact]
    public async Task The_tool_that_is_required_is_the_one_that_is_called()
    {
        await using var backend = LlamaBackend.Supervised("babble.gguf");
        var options = new ChatOptions { Tools = [Weather, Clock], ToolMode = ChatToolMode.RequireSpecific("get_time"), MaxOutputTokens = 300 };
        for (var i = 0; i < 5; i++)
        {
            var response = await backend.AskAsync("What time is it?", options);
            var call = Assert.Single(response.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>());
            Assert.Equal("get_time", call.Name);
            Assert.True(call.Arguments!.ContainsKey("zone"));
            Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
        }
    }

    [Fact]
    public async Task A_tools_result_is_understood()
    {
        await using var backend = LlamaBackend.Supervised("babble.gguf");
        var options = new ChatOptions { Tools = [Weather], MaxOutputTokens = 100 };
        List<ChatMessage> messages = [new(ChatRole.User, "What is the weather in Oslo?")];
        var first = await backend.Chat.GetResponseAsync(messages, new() { Tools = [Weather], ToolMode = ChatToolMode.RequireAny }, Cancellation);
        var call = first.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>().First();
        messages.AddRange(first.Messages);
        messages.Add(new(ChatRole.Tool, [new FunctionResultContent(call.CallId, "rain")]));
        var second = await backend.Chat.GetResponseAsync(messages, options, Cancellation);
        Assert.NotEmpty(second.Text);
    }

    [Fact]
    public async Task Thoughts_are_told_apart_from_the_answer()
    {
        await using var backend = LlamaBackend.Supervised("babble-think.gguf");
        var response = await backend.AskAsync("Think.", new() { MaxOutputTokens = 300 });
        Assert.NotEmpty(string.Concat(response.Messages.SelectMany(m => m.Contents).OfType<TextReasoningContent>().Select(c => c.Text)));
        Assert.NotEmpty(response.Text);
        Assert.DoesNotContain("<think>", response.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_probabilities_come_without_asking_for_alternatives()
    {
        await using var backend = LlamaBackend.Supervised("babble.gguf");
        var response = await backend.AskAsync("Go on.", new() { MaxOutputTokens = 5, AdditionalProperties = new() { [OpenAIOptionKeys.Logprobs] = true } });
        var logprobs = Assert.IsAssignableFrom<IReadOnlyList<TokenLogprob>>(response.AdditionalProperties![OpenAIOptionKeys.Logprobs]);
        Assert.Equal(response.Usage!.OutputTokenCount, logprobs.Count);
        Assert.All(logprobs, token => Assert.True(token.Logprob <= 0));
    }

    [Fact]
    public async Task Embeddings_of_like_texts_are_near()
    {
        await using var backend = LlamaBackend.Supervised("all-minilm-l6-v2-q8_0.gguf", o => (o.Embeddings, o.ContextSize) = (true, 512));
        using var generator = backend.Provider.GetEmbeddingGenerator("m");
        var vectors = await generator.GenerateAsync(["The cat sleeps.", "A kitten naps.", "Interest rates rose."], cancellationToken: Cancellation);
        Assert.Equal(384, vectors[0].Vector.Length);
        Assert.True(Dot(vectors[0], vectors[1]) > Dot(vectors[0], vectors[2]) + 0.2);
        Assert.True(vectors.Usage!.InputTokenCount > 0);

        var model = Assert.Single(await backend.Provider.ListModelsAsync(Cancellation));
        Assert.True(model.Features!.Value.HasFlag(LlmFeatures.Embeddings));

        static float Dot(Embedding<float> a, Embedding<float> b) => a.Vector.Span.ToArray().Zip(b.Vector.Span.ToArray(), (x, y) => x * y).Sum();
    }

    [Fact]
    public async Task A_server_that_runs_already_is_used_with_its_key()
    {
        const string Key = "secret-1";
        await using var running = LlamaBackend.Supervised("babble.gguf", o => o.ApiKey = Key);
        await running.Provider.LoadModelAsync("m", Cancellation);
        var endpoint = running.Endpoint;

        await using var client = new LlamaBackend(o => (o.Endpoint, o.ApiKey) = (endpoint, Key));
        Assert.NotEmpty((await client.AskAsync("Hi", new() { MaxOutputTokens = 5 })).Text);
        Assert.Equal(ModelState.Resident, await client.Provider.GetModelStateAsync("babble", Cancellation));
        await client.Provider.LoadModelAsync("babble", Cancellation);
        Assert.Equal(ProviderErrorKind.InvalidRequest, (await Assert.ThrowsAsync<ProviderException>(() => client.Provider.UnloadModelAsync("babble", Cancellation))).Kind);

        await using var stranger = new LlamaBackend(o => o.Endpoint = endpoint);
        Assert.Equal(ProviderErrorKind.Unauthorized, (await Assert.ThrowsAsync<ProviderException>(() => stranger.AskAsync("Hi"))).Kind);
    }

    private static JsonElement Schema(string json) => JsonElement.Parse(json);
}
