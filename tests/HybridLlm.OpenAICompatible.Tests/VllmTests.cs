using System.Text.Json;
using HybridLlm.OpenAICompatible.Tests.Support;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Tests;

/// <summary>What surprises a client of vLLM, after the recordings of a real one.</summary>
public sealed class VllmTests
{
    private const string Chat = "POST /v1/chat/completions";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Surprise_2_the_list_of_a_dead_engine_is_green_but_its_health_is_not()
    {
        await using var vllm = new Flavor("Vllm").Replay("GET /health", "vllm", "825-").Replay("GET /v1/models", "vllm", "826-");
        Assert.Equal(ProviderHealthStatus.Unhealthy, (await vllm.Provider.CheckHealthAsync(Cancellation)).Status);
        Assert.NotEmpty(await vllm.Provider.ListModelsAsync(Cancellation));
    }

    [Theory]
    [InlineData("827-", false)]
    [InlineData("828-", true)]
    public async Task Surprise_2_a_chat_with_a_dead_engine_is_unavailable(string name, bool streamed)
    {
        await using var vllm = new Flavor("Vllm").Replay(Chat, "vllm", name);
        Assert.Equal(ProviderErrorKind.Unavailable, (await vllm.FailAsync(streamed)).Kind);
    }

    [Theory]
    [InlineData("810-engine-killed-stream-a")]
    [InlineData("813-engine-killed-waiting-stream")]
    [InlineData("820-worker-killed-stream-a")]
    [InlineData("870-sigint")]
    public async Task Surprise_9_a_stream_that_ends_with_DONE_after_an_error_failed(string name)
    {
        await using var vllm = new Flavor("Vllm").Replay(Chat, "vllm", name);
        Assert.Equal(ProviderErrorKind.Unavailable, (await vllm.FailAsync(streamed: true)).Kind);
    }

    [Theory]
    [InlineData("a02-aborted-by-id-stream", true)]
    [InlineData("a03-aborted-by-id", false)]
    [InlineData("a04-paused-abort-stream", true)]
    public async Task Surprise_9_an_aborted_answer_is_none(string name, bool streamed)
    {
        await using var backend = new Flavor("OpenAICompatible").Replay(Chat, "vllm", name);
        Assert.Equal(ProviderErrorKind.StreamInterrupted, (await backend.FailAsync(streamed)).Kind);
    }

    [Theory]
    [InlineData("840-", true)]
    [InlineData("853-sigterm-waiting-stream", true)]
    [InlineData("871-sigterm-again", true)]
    public async Task Surprise_4_a_stream_that_a_killed_server_leaves_is_interrupted(string name, bool streamed)
    {
        await using var vllm = new Flavor("Vllm").Replay(Chat, "vllm", name);
        Assert.Equal(ProviderErrorKind.StreamInterrupted, (await vllm.FailAsync(streamed)).Kind);
    }

    [Fact]
    public async Task Surprise_4_a_server_that_drains_finishes_what_it_began_and_refuses_the_rest_as_unavailable()
    {
        await using var vllm = new Flavor("Vllm").Replay(Chat, "vllm", "860-drain-stream-a");
        Assert.NotEmpty(await vllm.StreamAsync());

        vllm.On(Chat, Wire.Json("""{"error":{"message":"cannot schedule new futures after shutdown","type":"InternalServerError","param":null,"code":500}}""", 500));
        Assert.Equal(ProviderErrorKind.Unavailable, (await vllm.FailAsync(streamed: true)).Kind);
    }

    [Theory]
    [InlineData("940-", false)]
    [InlineData("941-", true)]
    [InlineData("948-", false)]
    [InlineData("950-queue-late-refusal", true)]
    public async Task Surprise_7_a_full_queue_is_overloaded_before_and_after_status_200(string name, bool streamed)
    {
        await using var vllm = new Flavor("Vllm").Replay(Chat, "vllm", name);
        var failure = await vllm.FailAsync(streamed);
        Assert.Equal((ProviderErrorKind.Overloaded, 503, null), (failure.Kind, failure.StatusCode, failure.RetryAfter));
    }

    [Fact]
    public async Task Surprise_6_headers_that_come_at_once_are_no_first_token()
    {
        await using var vllm = new Flavor("Vllm").Replay(Chat, "vllm", "706-queued-stream");
        await foreach (var first in vllm.Provider.GetChatClient("m").GetStreamingResponseAsync("Hi", cancellationToken: Cancellation))
        {
            // The first thing heard of the answer is content, not the status.
            Assert.NotEmpty(first.Text);
            break;
        }
    }

    [Theory]
    [InlineData("701-metrics-idle", 0, 0)]
    [InlineData("702-metrics-under-load", 2, 8)]
    public async Task Surprise_8_the_metrics_tell_the_queue(string name, int running, int waiting)
    {
        await using var vllm = new Flavor("Vllm").Replay("GET /metrics", "vllm", name);

        var load = await Assert.IsAssignableFrom<IProviderLoadSource>(vllm.Provider).GetLoadAsync(Cancellation);

        Assert.Equal((running, waiting, 0), (load!.Running, load.Waiting, load.Preemptions));
        Assert.InRange(load.CacheUsage!.Value, 0, 0.01);
    }

    [Fact]
    public async Task Surprise_8_a_preemption_is_counted_and_the_time_in_the_queue_averaged()
    {
        await using var vllm = new Flavor("Vllm").Replay("GET /metrics", "vllm", "a06-metrics-preempted");
        var load = await ((IProviderLoadSource)vllm.Provider).GetLoadAsync(Cancellation);
        Assert.True(load!.Preemptions > 0);
        Assert.True(load.MeanQueueTime > TimeSpan.Zero);
    }

    [Fact]
    public async Task Metrics_that_are_not_there_or_say_nothing_of_it_are_no_load()
    {
        await using var vllm = new Flavor("Vllm");
        Assert.Null(await ((IProviderLoadSource)vllm.Provider).GetLoadAsync(Cancellation));
        vllm.On("GET /metrics", Wire.Plain("vllm:num_requests_running{a=\"b\"} NaN\nvllm:num_requests_waiting_by_reason{reason=\"x\"} 3\n", 200));
        Assert.Null(await ((IProviderLoadSource)vllm.Provider).GetLoadAsync(Cancellation));
    }

    [Fact]
    public async Task Metrics_of_several_engines_are_added()
    {
        await using var vllm = new Flavor("Vllm").On("GET /metrics", Wire.Plain(
            "# HELP x\nvllm:num_requests_running{engine=\"0\"} 2.0\nvllm:num_requests_running{engine=\"1\"} 3.0\r\nvllm:num_requests_waiting{engine=\"0\",model_name=\"a } b\"} 1.0\n", 200));
        var load = await ((IProviderLoadSource)vllm.Provider).GetLoadAsync(Cancellation);
        Assert.Equal(new ProviderLoad(5, 1), load);
    }

    [Theory]
    [InlineData("420-", ProviderErrorKind.ModelNotFound)]
    [InlineData("901-", ProviderErrorKind.Unauthorized)]
    [InlineData("305-", ProviderErrorKind.ModelNotFound)]
    [InlineData("327-", ProviderErrorKind.ModelNotFound)]
    [InlineData("351-", ProviderErrorKind.InvalidRequest)]
    [InlineData("317-", ProviderErrorKind.InvalidRequest)]
    [InlineData("382-", ProviderErrorKind.ContextExceeded)]
    public async Task Surprise_14_all_three_shapes_of_errors_are_typed(string name, ProviderErrorKind kind)
    {
        await using var vllm = new Flavor("Vllm").Replay(Chat, "vllm", name);
        Assert.Equal(kind, (await vllm.FailAsync(streamed: false)).Kind);
    }

    [Fact]
    public async Task Surprise_15_the_second_name_is_listed_and_the_first_answers()
    {
        await using var vllm = new Flavor("Vllm").Replay("GET /v1/models", "vllm", "920-").Replay(Chat, "vllm", "203-");
        Assert.Equal(["smollm2", "alias-two"], (await vllm.Provider.ListModelsAsync(Cancellation)).Select(model => model.Id));
        Assert.Equal("smollm2", (await vllm.AskAsync(model: "alias-two")).ModelId);
    }

    [Fact]
    public async Task Surprise_17_what_vllm_refuses_is_not_sent_unasked()
    {
        await using var vllm = new Flavor("Vllm").On(Chat, Wire.Stream(Wire.Text("Hi"), Wire.Finish(), Wire.Done));
        await vllm.AskAsync(new() { Tools = [], StopSequences = [] });
        Assert.Equal(["model", "messages", "stream", "stream_options"], vllm.LastBody.EnumerateObject().Select(member => member.Name));
        Assert.Equal(JsonValueKind.String, vllm.LastBody.GetProperty("messages")[0].GetProperty("content").ValueKind);
    }

    [Theory]
    [InlineData("972-reasoning-length")]
    [InlineData("985-reasoning-ends-at-once")]
    public async Task Surprise_22_an_answer_of_thoughts_alone_has_no_text(string name)
    {
        await using var backend = new Flavor("OpenAICompatible").Replay(Chat, "vllm", name);
        var response = await backend.AskAsync();
        Assert.Empty(response.Text);
        Assert.NotNull(response.FinishReason);
    }

    [Fact]
    public async Task Surprise_22_a_finish_reason_of_tool_calls_without_any_call_is_an_answer_without_one()
    {
        await using var backend = new Flavor("OpenAICompatible").Replay(Chat, "vllm", "986-reasoning-ends-at-once-tool");
        Assert.DoesNotContain((await backend.AskAsync()).Messages.SelectMany(message => message.Contents), content => content is FunctionCallContent);
    }

    [Theory]
    [InlineData("263-", "repetition")]
    public async Task Surprise_9_a_repetition_is_a_reason_of_its_own(string name, string reason)
    {
        await using var backend = new Flavor("OpenAICompatible").Replay(Chat, "vllm", name);
        Assert.Equal(reason, (await backend.AskAsync()).FinishReason?.Value);
    }

    [Fact]
    public async Task Tokens_are_counted_by_the_servers_own_tokenizer()
    {
        await using var vllm = new Flavor("Vllm").Replay("POST /tokenize", "vllm", "831-");
        var count = await ((ITokenCounter)vllm.Provider).CountTokensAsync("m", [new(ChatRole.User, "h")], null, Cancellation);
        Assert.Equal(1, count);
        Assert.Equal("h", vllm.LastBody.GetProperty("messages")[0].GetProperty("content").GetString());
    }
}
