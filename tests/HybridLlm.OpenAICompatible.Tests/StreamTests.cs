using HybridLlm.OpenAICompatible.Tests.Support;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Tests;

/// <summary>Which streams are complete, which broke off, and which are errors.</summary>
public sealed class StreamTests
{
    [Fact]
    public async Task A_stream_without_done_is_complete_once_it_said_why_it_ends()
    {
        await using var server = TranscriptServer.Replaying(Wire.Stream(Wire.Text("Hi"), Wire.Finish("length")));
        await using var backend = new Backend(server.Endpoint);

        var response = (await backend.StreamAsync()).ToChatResponse();

        Assert.Equal(("Hi", ChatFinishReason.Length), (response.Text, response.FinishReason));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_without_a_finish_reason_broke_off_done_or_not(bool done)
    {
        await using var server = TranscriptServer.Replaying(Wire.Stream(done ? [Wire.Text("Hi"), Wire.Done] : [Wire.Text("Hi")]));
        await using var backend = new Backend(server.Endpoint);

        var (failure, text) = await backend.StreamToFailureAsync();

        Assert.Equal(ProviderErrorKind.StreamInterrupted, failure.Kind);
        Assert.Equal("Hi", text);
        Assert.Equal((Backend.Name, "m"), (failure.Provider, failure.ModelId));
    }

    [Fact]
    public async Task A_connection_that_is_cut_is_an_interruption_with_its_cause()
    {
        await using var server = TranscriptServer.Replaying(Wire.CutStream(Wire.Text("Hi")));
        await using var backend = new Backend(server.Endpoint);

        var (failure, text) = await backend.StreamToFailureAsync();

        Assert.Equal(ProviderErrorKind.StreamInterrupted, failure.Kind);
        Assert.Equal("Hi", text);
        Assert.IsType<HttpIOException>(failure.InnerException);
    }

    [Fact]
    public async Task A_connection_that_is_cut_after_the_finish_reason_costs_only_the_usage()
    {
        await using var server = TranscriptServer.Replaying(Wire.CutStream(Wire.Text("Hi"), Wire.Finish()));
        await using var backend = new Backend(server.Endpoint);

        var response = (await backend.StreamAsync()).ToChatResponse();

        Assert.Equal(("Hi", ChatFinishReason.Stop), (response.Text, response.FinishReason));
    }

    [Theory]
    [InlineData("llamacpp", "630-")]
    [InlineData("llamacpp", "631-")]
    [InlineData("llamacpp", "634-")]
    [InlineData("llama-cpp-python", "700-interrupted-stream")]
    [InlineData("llama-cpp-python", "710-")]
    [InlineData("llama-cpp-python", "720-")]
    [InlineData("vllm", "840-")]
    public async Task Llama_surprise_4_and_5_streams_of_killed_servers_broke_off(string recorder, string name)
    {
        await using var server = TranscriptServer.Replaying(Transcripts.Response(recorder, name));
        await using var backend = new Backend(server.Endpoint);

        var (failure, _) = await backend.StreamToFailureAsync();

        Assert.Equal(ProviderErrorKind.StreamInterrupted, failure.Kind);
    }

    [Fact]
    public async Task Llama_surprise_5_a_deleted_stream_ends_cleanly_and_broke_off_all_the_same()
    {
        await using var server = TranscriptServer.Replaying(Transcripts.Response("llamacpp", "846-"));
        await using var backend = new Backend(server.Endpoint);

        Assert.Equal(ProviderErrorKind.StreamInterrupted, (await backend.StreamToFailureAsync()).Failure.Kind);
    }

    [Fact]
    public async Task Llama_cpp_python_surprise_5_an_empty_body_under_status_200_broke_off()
    {
        await using var server = TranscriptServer.Replaying(Transcripts.Response("llama-cpp-python", "309-"));
        await using var backend = new Backend(server.Endpoint);

        Assert.Equal(ProviderErrorKind.StreamInterrupted, (await backend.StreamToFailureAsync()).Failure.Kind);
    }

    [Theory]
    [InlineData("llamacpp", "900-context-shared-stream", "Context size has been exceeded.", ProviderErrorKind.ServerError, 500)]
    [InlineData("llamacpp", "900-context-shared-stream-first-event", "Context size has been exceeded.", ProviderErrorKind.ServerError, 500)]
    [InlineData("vllm", "810-", "EngineCore", ProviderErrorKind.ServerError, 500)]
    [InlineData("vllm", "813-", "EngineCore", ProviderErrorKind.ServerError, 500)]
    [InlineData("vllm", "950-queue-late-refusal", "backlog limit", ProviderErrorKind.Overloaded, 503)]
    public async Task Llama_surprise_9_and_Vllm_surprises_7_and_9_errors_inside_a_stream_are_typed(string recorder, string name, string words, ProviderErrorKind kind, int status)
    {
        await using var server = TranscriptServer.Replaying(Transcripts.Response(recorder, name));
        await using var backend = new Backend(server.Endpoint);

        var (failure, _) = await backend.StreamToFailureAsync();

        Assert.Equal((kind, status), (failure.Kind, failure.StatusCode));
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("730-")]
    [InlineData("736-")]
    public async Task Llama_surprise_10_the_routers_line_that_is_no_event_is_told(string name)
    {
        await using var server = TranscriptServer.Replaying(Transcripts.Response("llamacpp", name));
        await using var backend = new Backend(server.Endpoint);

        var (failure, text) = await backend.StreamToFailureAsync();

        Assert.Equal(ProviderErrorKind.StreamInterrupted, failure.Kind);
        Assert.Contains("proxy error", failure.Message, StringComparison.Ordinal);
        Assert.NotEqual("", text);
    }

    [Theory]
    [InlineData("data: {\"error\":{\"message\":\"boom\",\"type\":\"server_error\",\"code\":null}}\n\n", ProviderErrorKind.ServerError)]
    [InlineData("data: {\"error\":\"boom\",\"error_type\":\"overloaded\"}\n\n", ProviderErrorKind.Overloaded)]
    [InlineData("event: error\ndata: {\"message\":\"boom\",\"code\":429}\n\n", ProviderErrorKind.RateLimited)]
    [InlineData("event: error\ndata: boom\n\n", ProviderErrorKind.ServerError)]
    [InlineData("error: {\"code\":500,\"message\":\"boom\",\"type\":\"server_error\"}\n\ndata: [DONE]\n\n", ProviderErrorKind.ServerError)]
    [InlineData("data: {\"error_type\":\"x\",\"error_message\":\"boom\"}\n\n", ProviderErrorKind.ServerError)]
    [InlineData("data: {\"object\":\"error\",\"message\":\"boom\",\"code\":400}\n\n", ProviderErrorKind.InvalidRequest)]
    [InlineData("data: {\"detail\":\"boom\"}\n\n", ProviderErrorKind.ServerError)]
    [InlineData("data: {\"choices\":[],\"error\":{\"message\":\"boom\",\"code\":\"rate_limit_exceeded\"}}\n\n", ProviderErrorKind.RateLimited)]
    public async Task Every_shape_of_an_error_inside_a_stream_is_one_first_or_later(string error, ProviderErrorKind kind)
    {
        foreach (var events in (string[][])[[error], [Wire.Text("Hi"), error]])
        {
            await using var server = TranscriptServer.Replaying(Wire.Stream(events));
            await using var backend = new Backend(server.Endpoint);

            var (failure, text) = await backend.StreamToFailureAsync();

            Assert.Equal(kind, failure.Kind);
            Assert.Contains("boom", failure.Message, StringComparison.Ordinal);
            Assert.Equal(events.Length == 1 ? "" : "Hi", text);
        }
    }

    [Fact]
    public async Task An_error_member_that_is_null_is_no_error()
    {
        await using var server = TranscriptServer.Replaying(Wire.Stream("data: {\"error\":null,\"choices\":[{\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}\n\n"));
        await using var backend = new Backend(server.Endpoint);

        Assert.Equal("Hi", (await backend.StreamAsync()).ToChatResponse().Text);
    }

    [Theory]
    [InlineData("abort")]
    [InlineData("error")]
    public async Task Vllm_surprise_9_a_finish_reason_that_means_failure_is_an_interruption(string reason)
    {
        await using var server = TranscriptServer.Replaying(Wire.Stream(Wire.Text("Hi"), Wire.Finish(reason), Wire.Done));
        await using var backend = new Backend(server.Endpoint);

        Assert.Equal(ProviderErrorKind.StreamInterrupted, (await backend.StreamToFailureAsync()).Failure.Kind);
    }

    [Fact]
    public async Task An_event_that_is_no_json_is_an_invalid_response()
    {
        await using var server = TranscriptServer.Replaying(Wire.Stream(Wire.Text("Hi"), "data: <html>\n\n"));
        await using var backend = new Backend(server.Endpoint);

        var (failure, _) = await backend.StreamToFailureAsync();

        Assert.Equal(ProviderErrorKind.InvalidResponse, failure.Kind);
        Assert.Equal("<html>", failure.ResponseExcerpt);
    }

    [Fact]
    public async Task A_server_that_does_not_stream_is_understood()
    {
        await using var server = TranscriptServer.Replaying(Wire.Whole("\"content\":\"Hi\"", more: ",\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}"));
        await using var backend = new Backend(server.Endpoint);

        var response = (await backend.StreamAsync()).ToChatResponse();

        Assert.Equal(("Hi", 3, ChatFinishReason.Stop), (response.Text, response.Usage!.TotalTokenCount, response.FinishReason));
    }

    [Fact]
    public async Task A_web_page_is_an_invalid_response()
    {
        await using var server = TranscriptServer.Replaying(Wire.Plain("<html>Welcome</html>", 200, "text/html"));
        await using var backend = new Backend(server.Endpoint);

        Assert.Equal(ProviderErrorKind.InvalidResponse, (await backend.StreamToFailureAsync()).Failure.Kind);
        Assert.Equal(ProviderErrorKind.InvalidResponse, (await backend.FailAsync()).Kind);
    }

    [Fact]
    public async Task Framing_without_blanks_with_comments_other_fields_and_carriage_returns_is_understood()
    {
        var text = Wire.Text("Hi").Replace("data: ", "data:", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal);
        await using var server = TranscriptServer.Replaying(Wire.Stream(": keep-alive\n\n", text, "id: 7\nretry: 10\nevent: message\n" + Wire.Finish(), "data: [DONE]\n\n"));
        await using var backend = new Backend(server.Endpoint);

        Assert.Equal("Hi", (await backend.StreamAsync()).ToChatResponse().Text);
    }

    [Fact]
    public async Task Thoughts_under_both_names_count_once()
    {
        await using var server = TranscriptServer.Replaying(Wire.Stream(
            Wire.Delta("\"reasoning\":\"hm\",\"reasoning_content\":\"hm\",\"content\":null"), Wire.Delta("\"reasoning\":\"!\""), Wire.Text("Hi"), Wire.Finish(), Wire.Done));
        await using var backend = new Backend(server.Endpoint);

        var message = Assert.Single((await backend.StreamAsync()).ToChatResponse().Messages);

        Assert.Equal("hm!", Assert.Single(message.Contents.OfType<TextReasoningContent>()).Text);
        Assert.Equal("Hi", message.Text);
    }

    [Fact]
    public async Task A_refusal_is_an_error_content()
    {
        await using var server = TranscriptServer.Replaying(Wire.Stream(Wire.Delta("\"refusal\":\"I will \""), Wire.Delta("\"refusal\":\"not.\""), Wire.Finish("content_filter"), Wire.Done));
        await using var backend = new Backend(server.Endpoint);

        var response = (await backend.StreamAsync()).ToChatResponse();

        var refusal = Assert.Single(response.Messages[0].Contents.OfType<ErrorContent>());
        Assert.Equal(("I will not.", "Refusal"), (refusal.Message, refusal.ErrorCode));
        Assert.Equal(ChatFinishReason.ContentFilter, response.FinishReason);
    }

    [Fact]
    public async Task Half_of_an_escaped_pair_and_broken_bytes_do_not_cost_the_answer()
    {
        await using var server = TranscriptServer.Replaying([.. System.Text.Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
            + Wire.Text("a\\ud83d\\n") + "data: {\"choices\":[{\"delta\":{\"content\":\""), 0xE2, 0x82, .. System.Text.Encoding.ASCII.GetBytes("\"}}]}\n\n" + Wire.Finish())]);
        await using var backend = new Backend(server.Endpoint);

        Assert.Equal("a\ufffd\n\ufffd", (await backend.StreamAsync()).ToChatResponse().Text);
    }

    [Fact]
    public async Task A_client_that_prefers_streaming_puts_the_answer_together_logprobs_included()
    {
        static string Token(string text) => "data: {\"id\":\"c1\",\"choices\":[{\"delta\":{\"content\":\"" + text + "\"},\"logprobs\":{\"content\":[{\"token\":\"" + text + "\",\"logprob\":-0.5}]}}]}\n\n";
        await using var server = TranscriptServer.Replaying(Wire.Stream(Token("Hi"), Token("!"), Wire.Finish(), "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":2,\"total_tokens\":6}}\n\n", Wire.Done));
        await using var backend = new Backend(server.Endpoint, dialect: new StreamingDialect());

        var response = await backend.AskAsync();

        Assert.Equal(("Hi!", 6), (response.Text, response.Usage!.TotalTokenCount));
        Assert.Equal(["Hi", "!"], ((List<TokenLogprob>)response.AdditionalProperties![OpenAIOptionKeys.Logprobs]!).Select(token => token.Token));
        Assert.True(server.Requests.TryPeek(out var request) && request.Text.Contains("\"stream\":true", StringComparison.Ordinal));
    }

    private sealed class StreamingDialect : OpenAIDialect
    {
        protected internal override ProviderCapabilities GetCapabilities(bool isLocal, bool isMetered) => new() { PrefersStreaming = true };
    }
}
