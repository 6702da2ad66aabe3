using System.Text.Json;
using Microsoft.Extensions.AI;

namespace HybridLlm.Conformance;

/// <content>Answers: text, usage, stop reasons, tools, schemas, probabilities.</content>
public abstract partial class ProviderConformance
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_chat_is_answered_with_text_a_model_and_a_reason_to_end(bool streamed)
    {
        var response = await AskAsync("Tell me about the garden.", streamed, new() { MaxOutputTokens = 40 });

        Assert.NotEmpty(response.Text);
        Assert.False(string.IsNullOrEmpty(response.ModelId));
        Assert.All(response.Messages, message => Assert.Equal(ChatRole.Assistant, message.Role));
        Assert.Contains(response.FinishReason, new ChatFinishReason?[] { ChatFinishReason.Stop, ChatFinishReason.Length });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_tokens_of_prompt_and_answer_are_counted(bool streamed)
    {
        var response = await AskAsync("Tell me about the garden.", streamed, new() { MaxOutputTokens = 12 });

        var usage = response.Usage ?? throw new InvalidOperationException("The answer came without usage.");
        Assert.InRange(usage.OutputTokenCount ?? 0, 1, 12);
        Assert.True(usage.InputTokenCount > 0);
        Assert.Equal(usage.InputTokenCount + usage.OutputTokenCount, usage.TotalTokenCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_reaches_its_limit_ends_for_length(bool streamed)
    {
        Target.Simulator?.Replies.Enqueue("One two three four five six seven eight nine ten.");
        var options = Target.LongAnswer.Clone();
        options.MaxOutputTokens = 3;

        var response = await AskAsync("Count.", streamed, options);

        Assert.Equal(ChatFinishReason.Length, response.FinishReason);
        Assert.InRange(response.Usage?.OutputTokenCount ?? 0, 1, 3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_tool_is_called_and_its_result_understood(bool streamed)
    {
        Need(LlmFeatures.Tools);
        var options = new ChatOptions { Tools = [Weather], ToolMode = ChatToolMode.RequireAny, MaxOutputTokens = 200 };
        var first = await AskAsync("What is the weather in Oslo?", streamed, options);

        var call = first.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().First();
        Assert.Equal((ChatFinishReason.ToolCalls, "get_weather"), (first.FinishReason, call.Name));
        Assert.Null(call.Exception);
        Assert.True(call.Arguments!.ContainsKey("city"));
        Assert.NotEmpty(call.CallId);

        ChatMessage[] conversation =
        [
            new(ChatRole.User, "What is the weather in Oslo?"),
            .. first.Messages,
            new(ChatRole.Tool, [new FunctionResultContent(call.CallId, "Rain, 7 degrees.")]),
        ];
        var second = await Target.Chat.GetResponseAsync(conversation, new() { Tools = [Weather], MaxOutputTokens = 40 }, Deadline);
        Assert.NotEmpty(second.Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_follows_a_JSON_schema(bool streamed)
    {
        Need(LlmFeatures.JsonSchema);
        var format = ChatResponseFormat.ForJsonSchema(PersonSchema, "person");

        var response = await AskAsync("Make somebody up.", streamed, new() { ResponseFormat = format, MaxOutputTokens = 400 });

        using var person = JsonDocument.Parse(response.Text);
        Assert.Equal(JsonValueKind.String, person.RootElement.GetProperty("name").ValueKind);
        Assert.InRange(person.RootElement.GetProperty("age").GetInt32(), 0, 120);
        Assert.Equal(2, person.RootElement.EnumerateObject().Count());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Token_probabilities_come_with_the_answer(bool streamed)
    {
        Need(LlmFeatures.Logprobs);
        List<double> logprobs = [];
        if (streamed)
        {
            foreach (var update in await StreamAsync("Go on.", AskForLogprobs()))
            {
                logprobs.AddRange(LogprobsOf(update.AdditionalProperties));
            }
        }
        else
        {
            logprobs.AddRange(LogprobsOf((await AskAsync("Go on.", streamed: false, AskForLogprobs())).AdditionalProperties));
        }

        Assert.NotEmpty(logprobs);
        Assert.All(logprobs, logprob => Assert.True(logprob <= 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Thoughts_are_told_apart_from_the_answer(bool streamed)
    {
        Need(LlmFeatures.Reasoning);
        Target.Simulator?.Replies.Enqueue(new() { Reasoning = "They want a city.", Text = "Oslo." });

        var response = await AskAsync("A city?", streamed, new() { MaxOutputTokens = 300 });

        var thoughts = string.Concat(response.Messages.SelectMany(m => m.Contents).OfType<TextReasoningContent>().Select(c => c.Text));
        Assert.NotEmpty(thoughts);
        Assert.DoesNotContain("think>", response.Text, StringComparison.Ordinal);
        if (Target.Simulator is not null)
        {
            Assert.Equal(("They want a city.", "Oslo."), (thoughts, response.Text));
        }
    }
}
