using System.Text.Json;
using HybridLlm.Ollama.Tests.Support;
using HybridLlm.OpenAICompatible;
using Microsoft.Extensions.AI;

namespace HybridLlm.Ollama.Tests;

/// <summary>What recorded answers are understood as.</summary>
public sealed class AnswerTests
{
    [Theory]
    [InlineData("201-", false)]
    [InlineData("203-", true)]
    [InlineData("a10-", false)]
    [InlineData("a12-", true)]
    public async Task An_answer_has_its_model_time_usage_and_timings(string transcript, bool streamed)
    {
        await using var backend = Backend.Replaying(transcript);
        var response = await backend.AskAsync(streamed);

        Assert.Equal(("fast", ChatFinishReason.Stop), (response.ModelId, response.FinishReason));
        Assert.Equal(2026, response.CreatedAt!.Value.Year);
        Assert.Equal(response.Usage!.InputTokenCount + response.Usage.OutputTokenCount, response.Usage.TotalTokenCount);
        var timings = Timings(response);
        Assert.Equal((response.Usage.InputTokenCount, response.Usage.OutputTokenCount), (timings.PromptTokens, timings.GeneratedTokens));
        Assert.InRange(timings.TotalDuration, timings.LoadDuration + timings.GenerationDuration, TimeSpan.FromSeconds(10));
        Assert.InRange(timings.TokensPerSecond, 100, 100_000);
    }

    [Fact]
    public async Task Surprise_23_a_cached_prompt_counts_whole_and_the_load_tells_the_wait()
    {
        await using var first = Backend.Replaying("200-");
        await using var cached = Backend.Replaying("202-");
        var (loading, again) = (await first.AskAsync(), await cached.AskAsync());

        Assert.Equal(loading.Usage!.InputTokenCount, again.Usage!.InputTokenCount);
        Assert.True(Timings(loading).LoadDuration > TimeSpan.FromMilliseconds(200));
        Assert.True(Timings(again).LoadDuration < TimeSpan.FromMilliseconds(20));
    }

    [Theory]
    [InlineData("330-", false, 1)] // Jinja: in the last line, ids of 32 characters
    [InlineData("331-", true, 1)]
    [InlineData("332-", false, 1)] // Go: in a line of its own, ids that begin with call_
    [InlineData("333-", true, 1)]
    [InlineData("344-", false, 1)]
    [InlineData("348-", true, 1)]
    [InlineData("372-", true, 1)] // thoughts before
    [InlineData("a20-", false, 1)]
    public async Task Surprise_15_tool_calls_are_found_in_whichever_line_they_come(string transcript, bool streamed, int count)
    {
        await using var backend = Backend.Replaying(transcript);
        var response = await backend.AskAsync(streamed);

        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
        var calls = response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().ToList();
        Assert.Equal(count, calls.Count);
        Assert.Equal(count, calls.Select(call => call.CallId).Distinct().Count());
        Assert.All(calls, call =>
        {
            Assert.StartsWith("get_", call.Name, StringComparison.Ordinal);
            Assert.Null(call.Exception);
            Assert.All(call.Arguments!.Values, value => Assert.IsType<JsonElement>(value));
        });
    }

    [Theory]
    [InlineData("342-", "")] // Jinja: nothing is left of it
    [InlineData("346-", "{\"name\":\"get_weather")] // Go: its text
    public async Task Surprise_15_a_tool_call_that_was_cut_short_is_none_and_the_answer_ended_for_length(string transcript, string text)
    {
        await using var backend = Backend.Replaying(transcript);
        var response = await backend.AskAsync();

        Assert.Equal((ChatFinishReason.Length, text), (response.FinishReason, response.Text));
        Assert.Empty(response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>());
    }

    [Fact]
    public async Task Surprise_15_what_looked_like_a_call_and_is_none_is_text()
    {
        await using var backend = Backend.Replaying("345-");
        var response = await backend.AskAsync(streamed: true);

        Assert.NotEmpty(response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
    }

    [Theory]
    [InlineData("350-", false)]
    [InlineData("351-", true)]
    [InlineData("366-", false)]
    [InlineData("375-", true)]
    [InlineData("a22-", true)]
    public async Task Thoughts_are_told_apart_from_the_answer(string transcript, bool streamed)
    {
        await using var backend = Backend.Replaying(transcript);
        var contents = (await backend.AskAsync(streamed)).Messages.SelectMany(message => message.Contents).ToList();

        Assert.NotEmpty(contents.OfType<TextReasoningContent>().Single().Text);
        Assert.DoesNotContain("think>", contents.OfType<TextContent>().Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_was_cut_while_it_was_thinking_has_no_text()
    {
        await using var backend = Backend.Replaying("370-");
        var response = await backend.AskAsync();

        Assert.Equal((ChatFinishReason.Length, ""), (response.FinishReason, response.Text));
        Assert.Equal("I think the garden", response.Messages[0].Contents.OfType<TextReasoningContent>().Single().Text);
    }

    [Theory]
    [InlineData("302-", """["age","kind","name","tags"]""")] // Jinja: in the order of the alphabet
    [InlineData("304-", """["item","quantity","price"]""")] // Go: in the schema's
    public async Task Surprise_14_the_order_of_properties_is_the_servers(string transcript, string expected)
    {
        await using var backend = Backend.Replaying(transcript);
        using var answer = JsonDocument.Parse((await backend.AskAsync()).Text);

        var names = JsonDocument.Parse(expected).RootElement.EnumerateArray().Select(name => name.GetString()!).ToList();
        Assert.Equal(names, answer.RootElement.EnumerateObject().Select(member => member.Name).Take(names.Count));
    }

    [Theory]
    [InlineData("322-")]
    [InlineData("323-")]
    [InlineData("a29-")]
    public async Task Surprise_30_characters_of_several_bytes_come_whole(string transcript)
    {
        await using var backend = Backend.Replaying(transcript);
        var updates = await backend.StreamAsync();

        Assert.DoesNotContain('\uFFFD', updates.ToChatResponse().Text);
        Assert.Contains(updates, update => update.Text.Any(c => c > '\u3000'));
    }

    [Fact]
    public async Task An_answer_with_nothing_in_it_is_one()
    {
        await using var backend = Backend.Replaying("765-");
        var response = await backend.AskAsync(streamed: true);

        Assert.Equal(("", ChatFinishReason.Stop, 1L), (response.Text, response.FinishReason, response.Usage!.OutputTokenCount));
    }

    [Theory]
    [InlineData("380-", false, 0)]
    [InlineData("381-", false, 2)]
    [InlineData("382-", true, 2)]
    [InlineData("387-", false, 1)]
    [InlineData("388-", false, 1)]
    [InlineData("37b-", true, 0)]
    [InlineData("347-", true, 1)] // while a call is collected, in lines without text
    public async Task Surprise_24_probabilities_are_fewer_than_the_counted_tokens(string transcript, bool streamed, int alternatives)
    {
        await using var backend = Backend.Replaying(transcript);
        IReadOnlyList<TokenLogprob> tokens;
        long? counted;
        if (streamed)
        {
            var updates = await backend.StreamAsync();
            tokens = [.. updates.SelectMany(update => update.AdditionalProperties?.GetValueOrDefault(OpenAIOptionKeys.Logprobs) as IReadOnlyList<TokenLogprob> ?? [])];
            counted = updates.ToChatResponse().Usage!.OutputTokenCount;
        }
        else
        {
            var response = await backend.AskAsync();
            tokens = (IReadOnlyList<TokenLogprob>)response.AdditionalProperties![OpenAIOptionKeys.Logprobs]!;
            counted = response.Usage!.OutputTokenCount;
        }

        Assert.InRange(tokens.Count, 1, counted!.Value);
        Assert.All(tokens, token =>
        {
            Assert.True(token.Logprob <= 0);
            Assert.NotNull(token.Bytes);
            Assert.InRange(token.Alternatives.Count, 0, alternatives);
        });
    }

    [Fact]
    public async Task Timings_come_with_the_last_update_of_a_stream_only()
    {
        await using var backend = Backend.Replaying("203-");
        var updates = await backend.StreamAsync();

        Assert.All(updates[..^1], update => Assert.Null(update.AdditionalProperties));
        Assert.IsType<OllamaTimings>(updates[^1].AdditionalProperties![OllamaPropertyNames.Timings]);
        Assert.Equal(ChatFinishReason.Stop, updates[^1].FinishReason);
    }

    private static OllamaTimings Timings(ChatResponse response) => Assert.IsType<OllamaTimings>(response.AdditionalProperties![OllamaPropertyNames.Timings]);
}
