using HybridLlm.OpenAICompatible.Tests.Support;
using Microsoft.Extensions.AI;

namespace HybridLlm.OpenAICompatible.Tests;

/// <summary>Recorded answers of real servers, replayed byte for byte.</summary>
public sealed class ChatTranscriptTests
{
    [Fact]
    public async Task Llama_streams_a_chat_with_usage()
    {
        var updates = await StreamAsync("llamacpp", "202-");
        var response = updates.ToChatResponse();

        Assert.Equal("I think the garden.", response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Equal("chatcmpl-fQJjI46jMAOZlZ7o3WCYnM4kp6yyIW7z", response.ResponseId);
        Assert.Equal("tiny.gguf", response.ModelId);
        Assert.Equal((30, 6, 36, 29), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount, response.Usage.CachedInputTokenCount));
        Assert.Single(response.Messages);
    }

    [Fact]
    public async Task Llama_surprise_16_content_null_in_the_first_event_is_no_update()
    {
        var updates = await StreamAsync("llamacpp", "202-");

        Assert.Equal("I", updates[0].Text);
        Assert.All(updates, update => Assert.Equal(ChatRole.Assistant, update.Role));
    }

    [Fact]
    public async Task Llama_surprise_16_a_stream_without_usage_is_complete()
    {
        var response = (await StreamAsync("llamacpp", "203-")).ToChatResponse();

        Assert.Equal("I think the garden.", response.Text);
        Assert.Null(response.Usage);
    }

    [Fact]
    public async Task Llama_surprise_16_a_stop_string_gives_one_more_event_with_timings()
    {
        await using var server = TranscriptServer.Replaying(Transcripts.Response("llamacpp", "218-"));
        await using var backend = new Backend(server.Endpoint, dialect: new TimingsDialect());

        var updates = await backend.StreamAsync();

        Assert.Equal("I think the ", updates.ToChatResponse().Text);
        var timings = Assert.IsType<System.Text.Json.JsonElement>(updates[^1].AdditionalProperties!["timings"]);
        Assert.Equal(4, timings.GetProperty("predicted_n").GetInt32());
    }

    [Fact]
    public async Task Llama_surprise_17_unicode_comes_whole()
    {
        var response = (await StreamAsync("llamacpp", "221-")).ToChatResponse();
        var whole = await AskAsync("llamacpp", "220-");

        Assert.Equal(whole.Text, response.Text);
        Assert.Contains(response.Text, static c => c > 127);
        Assert.DoesNotContain('\uFFFD', response.Text);
    }

    [Fact]
    public async Task Llama_surprise_17_calls_in_pieces_of_single_characters_are_put_together()
    {
        var response = (await StreamAsync("llamacpp", "267-")).ToChatResponse();

        var calls = response.Messages[0].Contents.OfType<FunctionCallContent>().ToArray();
        Assert.Equal(2, calls.Length);
        Assert.All(calls, call =>
        {
            Assert.Equal(32, call.CallId.Length);
            Assert.Null(call.Exception);
            Assert.NotEmpty(call.Arguments!);
        });
        Assert.NotEqual(calls[0].CallId, calls[1].CallId);
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
    }

    [Fact]
    public async Task Llama_surprise_17_not_streamed_the_id_is_the_last_member_of_a_call()
    {
        var response = await AskAsync("llamacpp", "260-");

        var call = Assert.Single(response.Messages[0].Contents.OfType<FunctionCallContent>());
        Assert.Equal("ZxO50vNOd8dj3QRT2Tq8I3KqcZ1PdnEF", call.CallId);
        Assert.Equal("get_weather", call.Name);
        Assert.Equal("I think the garden.", call.Arguments!["city"]!.ToString());
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
        Assert.Equal("", response.Text);
    }

    [Fact]
    public async Task Llama_surprise_20_a_streamed_call_that_was_cut_off_is_an_answer_without_content()
    {
        var response = (await StreamAsync("llamacpp", "274-")).ToChatResponse();

        Assert.Equal("", response.Text);
        Assert.Equal(ChatFinishReason.Length, response.FinishReason);
    }

    [Theory]
    [InlineData("207-")]
    [InlineData("208-", true)]
    public async Task Llama_surprise_21_of_two_choices_the_first_counts(string name, bool streamed = false)
    {
        var response = streamed ? (await StreamAsync("llamacpp", name)).ToChatResponse() : await AskAsync("llamacpp", name);

        Assert.Single(response.Messages);
        Assert.NotEqual("", response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
    }

    [Fact]
    public async Task Llama_surprise_21_logprobs_that_were_asked_for_but_do_not_come_are_missing()
    {
        var response = await AskAsync("llamacpp", "253-");

        Assert.Equal("I think the", response.Text);
        Assert.Null(response.AdditionalProperties);
    }

    [Fact]
    public async Task Llama_reports_logprobs_with_alternatives_streamed_and_not()
    {
        var whole = (List<TokenLogprob>)(await AskAsync("llamacpp", "250-")).AdditionalProperties![OpenAIOptionKeys.Logprobs]!;
        var streamed = (await StreamAsync("llamacpp", "251-"))
            .SelectMany(update => update.AdditionalProperties?[OpenAIOptionKeys.Logprobs] as List<TokenLogprob> ?? []).ToList();

        Assert.All(whole, token => Assert.Equal(3, token.Alternatives.Count));
        Assert.All(streamed, token => Assert.Equal(2, token.Alternatives.Count));
        Assert.All(whole.Concat(streamed), token =>
        {
            Assert.InRange(token.Logprob, -100, 0);
            Assert.Equal(token.Token, System.Text.Encoding.UTF8.GetString(token.Bytes!.Value.Span));
        });
    }

    [Fact]
    public async Task Llama_thoughts_are_apart_from_the_answer_streamed_and_not()
    {
        var whole = await AskAsync("llamacpp", "500-");
        var streamed = (await StreamAsync("llamacpp", "501-")).ToChatResponse();

        foreach (var response in (ChatResponse[])[whole, streamed])
        {
            Assert.NotEqual("", Assert.Single(response.Messages[0].Contents.OfType<TextReasoningContent>()).Text);
            Assert.NotEqual("", response.Text);
            Assert.DoesNotContain("<think>", response.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Llama_surprise_6_pings_and_progress_are_no_updates()
    {
        var progress = await StreamAsync("llamacpp", "621-");
        var pings = await StreamAsync("llamacpp", "622-");

        Assert.NotEqual("", progress[0].Text);
        Assert.NotEqual("", pings[0].Text);
        Assert.Equal(ChatFinishReason.Length, progress.ToChatResponse().FinishReason);
    }

    [Fact]
    public async Task Llama_surprise_24_whatever_model_is_asked_for_the_answer_names_the_one_that_gave_it() =>
        Assert.Equal("tiny", (await AskAsync("llamacpp", "136-")).ModelId);

    [Fact]
    public async Task Llama_surprise_24_an_answer_that_was_begun_for_the_model_comes_back_whole() =>
        Assert.StartsWith("The library keeps", (await AskAsync("llamacpp", "280-")).Text, StringComparison.Ordinal);

    [Fact]
    public async Task Vllm_surprise_10_the_last_text_and_the_finish_reason_share_an_event()
    {
        var updates = await StreamAsync("vllm", "203-");

        var finishing = Assert.Single(updates, update => update.FinishReason is not null);
        Assert.NotEqual("", updates.ToChatResponse().Text);
        Assert.NotNull(finishing.FinishReason);
    }

    [Theory]
    [InlineData("926-")]
    [InlineData("929-")]
    public async Task Vllm_surprise_10_usage_in_every_event_counts_once(string name)
    {
        var updates = await StreamAsync("vllm", name);

        var usage = Assert.Single(updates.SelectMany(update => update.Contents.OfType<UsageContent>()));
        Assert.Equal(usage.Details.TotalTokenCount, usage.Details.InputTokenCount + usage.Details.OutputTokenCount);
    }

    [Fact]
    public async Task Vllm_surprise_11_keep_alive_comments_are_no_updates()
    {
        var updates = await StreamAsync("vllm", "932-");

        Assert.All(updates, update => Assert.True(update.Contents.Count > 0 || update.FinishReason is not null));
    }

    [Theory]
    [InlineData("602-", "get_weather")]
    [InlineData("642-", "get_time")]
    public async Task Vllm_surprise_21_a_streamed_call_is_a_tool_turn_even_where_the_server_says_stop(string name, string tool)
    {
        var updates = await StreamAsync("vllm", name);
        var response = updates.ToChatResponse();

        var call = Assert.Single(response.Messages[0].Contents.OfType<FunctionCallContent>());
        Assert.Equal(tool, call.Name);
        Assert.Null(call.Exception);
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
    }

    [Theory]
    [InlineData("609-", "tool_calls")]
    [InlineData("611-", "length")]
    public async Task Vllm_surprise_21_a_call_with_broken_arguments_carries_its_error(string name, string reason)
    {
        var response = (await StreamAsync("vllm", name)).ToChatResponse();

        var call = Assert.Single(response.Messages[0].Contents.OfType<FunctionCallContent>());
        Assert.NotNull(call.Exception);
        Assert.IsType<string>(call.RawRepresentation);
        Assert.Equal(reason, response.FinishReason!.Value.Value);
    }

    [Fact]
    public async Task Vllm_surprise_22_reasoning_under_its_new_name()
    {
        var response = (await StreamAsync("vllm", "971-")).ToChatResponse();

        Assert.NotEmpty(response.Messages[0].Contents.OfType<TextReasoningContent>());
    }

    [Fact]
    public async Task Llama_cpp_python_surprise_8_names_repeated_in_every_piece_are_not_joined()
    {
        var response = (await StreamAsync("llama-cpp-python", "502-")).ToChatResponse();

        var call = Assert.Single(response.Messages[0].Contents.OfType<FunctionCallContent>());
        Assert.Equal("get_weather", call.Name);
        Assert.StartsWith("call__0_get_weather", call.CallId, StringComparison.Ordinal);
        Assert.Null(call.Exception);
    }

    [Fact]
    public async Task Llama_cpp_python_surprise_9_logprobs_without_bytes()
    {
        var tokens = (List<TokenLogprob>)(await AskAsync("llama-cpp-python", "210-")).AdditionalProperties![OpenAIOptionKeys.Logprobs]!;

        Assert.All(tokens, token => Assert.Null(token.Bytes));
    }

    private static async Task<ChatResponse> AskAsync(string server, string name)
    {
        await using var transcript = TranscriptServer.Replaying(Transcripts.Response(server, name));
        await using var backend = new Backend(transcript.Endpoint);
        return await backend.AskAsync();
    }

    private static async Task<List<ChatResponseUpdate>> StreamAsync(string server, string name)
    {
        await using var transcript = TranscriptServer.Replaying(Transcripts.Response(server, name));
        await using var backend = new Backend(transcript.Endpoint);
        return await backend.StreamAsync();
    }

    private sealed class TimingsDialect : OpenAIDialect
    {
        protected internal override string? GetKeptProperty(ReadOnlySpan<byte> utf8Name) => utf8Name.SequenceEqual("timings"u8) ? "timings" : null;
    }
}
