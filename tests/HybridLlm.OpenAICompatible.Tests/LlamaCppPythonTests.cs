using System.Text.Json;
using HybridLlm.OpenAICompatible.Tests.Support;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Tests;

/// <summary>What surprises a client of llama-cpp-python's server, after the recordings of a real one.</summary>
public sealed class LlamaCppPythonTests
{
    private const string Type = "LlamaCppPython";
    private const string Chat = "POST /v1/chat/completions";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("700-interrupted-stream")]
    [InlineData("710-five-streams")]
    [InlineData("720-sigterm-stream")]
    [InlineData("740-killed-stream")]
    public async Task Surprise_1_a_stream_that_another_request_cut_failed_for_all_its_DONE(string name)
    {
        await using var server = new Flavor(Type).Replay(Chat, "llama-cpp-python", name);
        Assert.Equal(ProviderErrorKind.StreamInterrupted, (await server.FailAsync(streamed: true)).Kind);
    }

    [Fact]
    public async Task Surprise_2_without_health_and_metrics_the_list_tells_whether_it_lives()
    {
        await using var server = new Flavor(Type).Replay("GET /health", "llama-cpp-python", "101-").Replay("GET /v1/models", "llama-cpp-python", "100-");

        Assert.Equal(ProviderHealthStatus.Healthy, (await server.Provider.CheckHealthAsync(Cancellation)).Status);
        Assert.Equal(["GET /v1/models"], server.Calls);
    }

    [Fact]
    public async Task Surprise_3_a_server_that_a_grammar_killed_is_unavailable_and_grammars_are_not_sent_unasked()
    {
        await using var killed = TranscriptServer.Replaying(Transcripts.Response("llama-cpp-python", "405-"));
        await using var backend = new Backend(killed.Endpoint);
        Assert.Equal(ProviderErrorKind.Unavailable, (await backend.FailAsync()).Kind);

        await using var server = new Flavor(Type).On(Chat, Wire.Stream(Wire.Text("{}"), Wire.Finish(), Wire.Done));
        await server.AskAsync(new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonElement.Parse("""{"type":"object"}""")) });
        Assert.False(server.LastBody.TryGetProperty("grammar", out _));
    }

    [Fact]
    public async Task Surprise_10_what_is_not_to_be_streamed_streams_underneath_so_that_leaving_frees_the_server()
    {
        await using var server = new Flavor(Type).On(Chat, Wire.Stream(Wire.Text("Hi"), Wire.Finish(), Wire.Done));

        Assert.Equal("Hi", (await server.AskAsync()).Text);
        Assert.True(server.LastBody.GetProperty("stream").GetBoolean());
    }

    [Fact]
    public async Task Surprise_1_requests_go_one_at_a_time()
    {
        await using var server = new Flavor(Type).On(Chat, Wire.Stream(Wire.Text("Hi"), Wire.Text("!"), Wire.Finish(), Wire.Done));
        List<Task<ChatResponse>> others = [];
        await foreach (var update in server.Provider.GetChatClient("m").GetStreamingResponseAsync("Hi", cancellationToken: Cancellation))
        {
            Assert.NotNull(update);
            others.Add(server.AskAsync());
            Assert.Equal((1, true), (server.Calls.Count(), others.TrueForAll(other => !other.IsCompleted)));
        }

        await Task.WhenAll(others);
        Assert.Equal(1 + others.Count, server.Calls.Count());
        Assert.Equal(1, server.Provider.Capabilities.MaxConcurrency);
    }

    [Fact]
    public async Task Surprise_1_nothing_is_asked_while_it_answers()
    {
        await using var server = new Flavor(Type).Replay("GET /v1/models", "llama-cpp-python", "100-").On(Chat, Wire.Stream(Wire.Text("Hi"), Wire.Text("!"), Wire.Finish(), Wire.Done));
        Assert.Equal("smollm2", Assert.Single(await server.Provider.ListModelsAsync(Cancellation)).Id);

        await foreach (var update in server.Provider.GetChatClient("m").GetStreamingResponseAsync("Hi", cancellationToken: Cancellation))
        {
            Assert.Equal(ProviderHealthStatus.Healthy, (await server.Provider.CheckHealthAsync(Cancellation)).Status);
            Assert.Equal("smollm2", Assert.Single(await server.Provider.ListModelsAsync(Cancellation)).Id);
            Assert.NotNull(update);
        }

        Assert.Equal(["GET /v1/models", Chat], server.Calls);
        await server.Provider.CheckHealthAsync(Cancellation);
        Assert.Equal(3, server.Calls.Count());
    }

    [Fact]
    public async Task Surprise_1_a_stream_that_is_left_lets_the_next_request_go()
    {
        await using var server = new Flavor(Type).On(Chat, Wire.Stream(Wire.Text("Hi"), Wire.Finish(), Wire.Done));
        await foreach (var update in server.Provider.GetChatClient("m").GetStreamingResponseAsync("Hi", cancellationToken: Cancellation))
        {
            break;
        }

        Assert.Equal("Hi", (await server.AskAsync()).Text);
    }

    [Fact]
    public async Task Surprise_4_a_schema_goes_in_its_own_form_and_without_truth_values()
    {
        await using var server = new Flavor(Type).On(Chat, Wire.Stream(Wire.Text("{}"), Wire.Finish(), Wire.Done));
        var schema = JsonElement.Parse("""{"type":"object","properties":{"a":false,"b":{"type":"string"}}}""");

        await server.AskAsync(new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(schema, "x") });

        Assert.Equal("""{"type":"json_object","schema":{"type":"object","properties":{"b":{"type":"string"}}}}""", server.LastBody.GetProperty("response_format").GetRawText());
    }

    [Theory]
    [InlineData("213-", ProviderErrorKind.InvalidRequest)]
    [InlineData("214-", ProviderErrorKind.InvalidRequest)]
    [InlineData("303-", ProviderErrorKind.InvalidRequest)]
    [InlineData("304-", ProviderErrorKind.InvalidRequest)]
    [InlineData("311-", ProviderErrorKind.InvalidRequest)]
    [InlineData("314-", ProviderErrorKind.InvalidRequest)]
    [InlineData("402-", ProviderErrorKind.InvalidRequest)]
    [InlineData("504-", ProviderErrorKind.InvalidRequest)]
    [InlineData("605-", ProviderErrorKind.ModelNotFound)]
    [InlineData("308-", ProviderErrorKind.ContextExceeded)]
    [InlineData("731-", ProviderErrorKind.Unauthorized)]
    [InlineData("300-", ProviderErrorKind.ServerError)]
    public async Task Surprise_5_a_500_for_the_clients_mistake_is_told_by_its_words(string name, ProviderErrorKind kind)
    {
        await using var server = new Flavor(Type).Replay(Chat, "llama-cpp-python", name);
        Assert.Equal(kind, (await server.FailAsync(streamed: true)).Kind);
    }

    [Fact]
    public async Task Surprise_5_a_prompt_too_long_for_a_stream_is_an_empty_answer_and_no_success()
    {
        await using var server = new Flavor(Type).Replay(Chat, "llama-cpp-python", "309-");
        Assert.Equal(ProviderErrorKind.StreamInterrupted, (await server.FailAsync(streamed: true)).Kind);
    }

    [Fact]
    public async Task Surprise_6_usage_is_not_asked_for_where_it_never_comes()
    {
        await using var server = new Flavor(Type).Replay(Chat, "llama-cpp-python", "203-");
        Assert.NotEmpty(await server.StreamAsync());
        Assert.False(server.LastBody.TryGetProperty("stream_options", out _));
    }

    [Fact]
    public async Task Surprise_7_a_role_event_without_content_and_blanks_after_colons_are_read()
    {
        await using var server = new Flavor(Type).Replay(Chat, "llama-cpp-python", "216-");
        Assert.NotEmpty(await server.StreamAsync());
    }
}
