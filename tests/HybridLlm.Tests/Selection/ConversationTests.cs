using HybridLlm.Selection;
using Microsoft.Extensions.AI;
using static HybridLlm.Tests.Selection.Scene;

namespace HybridLlm.Tests.Selection;

public sealed class ConversationTests
{
    [Theory]
    [InlineData(0.60, "usual", "stays: usual answers this conversation")]
    [InlineData(0.75, "better", "switches: 0.25 ahead of usual, which answered so far")]
    public async Task Plan_leaves_the_model_of_a_conversation_only_for_one_that_is_ahead_by_the_margin(double quality, string first, string words)
    {
        var scene = new Scene(Model("better", quality), Model("usual", 0.5)) { Conversation = new("usual", IsToolLoop: false) };

        var plan = await scene.PlanAsync();

        Assert.Equal(first, plan.Names()[0]);
        Assert.Contains(words, plan.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_takes_the_margin_from_the_options()
    {
        var scene = new Scene(Model("better", 0.75), Model("usual", 0.5)) { Conversation = new("usual", IsToolLoop: false) };
        scene.Routing.Learning.SwitchMargin = 0.3;

        Assert.Equal("usual", (await scene.PlanAsync()).Names()[0]);
    }

    [Fact]
    public async Task Plan_never_switches_inside_a_tool_loop()
    {
        var scene = new Scene(Model("better", 1), Model("usual", 0.1)) { Conversation = new("usual", IsToolLoop: true) };

        var plan = await scene.PlanAsync();

        Assert.Equal(["usual", "better"], plan.Names());
        Assert.Contains("stays: the request answers this model's tool call", plan.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_puts_the_fallbacks_of_the_conversations_model_behind_it()
    {
        var scene = new Scene(Model("better", 0.55), Model("usual", 0.5) with { Fallbacks = ["spare"] }, Model("spare", 0.1))
        {
            Conversation = new("usual", IsToolLoop: false),
        };

        Assert.Equal(["usual", "spare", "better"], (await scene.PlanAsync()).Names());
    }

    [Fact]
    public async Task Plan_leaves_a_model_that_cannot_or_must_not_answer_even_in_a_tool_loop()
    {
        var scene = new Scene(Model("a", 0.5), Model("usual", 0.9)) { Conversation = new("usual", IsToolLoop: true) };
        scene.Down("usual", RouteState.CircuitOpen);
        Assert.Equal(["a"], (await scene.PlanAsync()).Names());

        scene = new Scene(Model("a", 0.5), Model("usual", 0.9)) { Conversation = new("usual", IsToolLoop: true) };
        scene.Rule("taskType == 'general'", "usual", RuleEffect.Deny);
        Assert.Equal(["a"], (await scene.PlanAsync()).Names());
    }

    [Fact]
    public async Task Plan_goes_by_the_scores_where_the_conversations_model_is_gone()
    {
        var scene = new Scene(Model("a", 0.5), Model("b", 0.9)) { Conversation = new("gone", IsToolLoop: false) };

        Assert.Equal(["b", "a"], (await scene.PlanAsync()).Names());
    }

    [Fact]
    public async Task A_request_that_names_its_model_gets_it_whatever_the_conversation_used()
    {
        var scene = new Scene(Model("a", 0.5), Model("usual", 0.9)) { Conversation = new("usual", IsToolLoop: true) };

        Assert.Equal(["a"], (await scene.PlanAsync(new LlmRequest("hello") { Model = "a" })).Names());
    }

    [Fact]
    public void Memory_knows_a_conversation_by_its_name()
    {
        var memory = new ConversationMemory(10);
        memory.Remember(new LlmRequest("hello") { Conversation = "c1" }, "a");
        memory.Remember(new LlmRequest("hello") { Options = new() { ConversationId = "c2" } }, "b");

        Assert.Equal("a", memory.Recall(new LlmRequest("other words") { Conversation = "c1" })?.Model);
        Assert.Equal("b", memory.Recall(new LlmRequest("other words") { Conversation = "c2" })?.Model);
        Assert.Null(memory.Recall(new LlmRequest("hello") { Conversation = "c3" }));
    }

    [Fact]
    public void Memory_knows_a_conversation_by_how_it_began_once_it_has_an_answer()
    {
        var memory = new ConversationMemory(10);
        ChatMessage[] first = [new(ChatRole.System, "You help."), new(ChatRole.User, "How do I bake bread?")];
        memory.Remember(new LlmRequest(first), "a");

        Assert.Null(memory.Recall(new LlmRequest(first)));
        Assert.Equal(new ConversationState("a", false), memory.Recall(new LlmRequest([.. first, new(ChatRole.Assistant, "With flour."), new(ChatRole.User, "And then?")])));
        Assert.Null(memory.Recall(new LlmRequest([first[0], new(ChatRole.User, "How do I bake cake?"), new(ChatRole.Assistant, "With flour."), new(ChatRole.User, "And?")])));
    }

    [Fact]
    public void Memory_tells_a_tool_loop_by_the_result_at_its_end()
    {
        var memory = new ConversationMemory(10);
        var ask = new ChatMessage(ChatRole.User, "What is the weather?");
        memory.Remember(new LlmRequest([ask]), "a");

        var state = memory.Recall(new LlmRequest(
            [ask, new(ChatRole.Assistant, [new FunctionCallContent("1", "weather")]), new(ChatRole.Tool, [new FunctionResultContent("1", "rain")])]));

        Assert.Equal(new ConversationState("a", true), state);
    }

    [Fact]
    public void Memory_tells_apart_what_differs_anywhere_in_its_first_words()
    {
        var memory = new ConversationMemory(10_000);
        var random = new Random(4);
        var texts = Enumerable.Range(0, 2000).Select(i => new string('x', random.Next(200)) + i).Distinct().ToList();
        for (var i = 0; i < texts.Count; i++)
        {
            memory.Remember(new LlmRequest("hello") { Conversation = texts[i] }, $"m{i}");
        }

        Assert.All(texts.Index(), text => Assert.Equal($"m{text.Index}", memory.Recall(new LlmRequest("hello") { Conversation = text.Item })?.Model));
    }

    [Fact]
    public void Memory_is_bounded_and_forgets_the_oldest_first()
    {
        var memory = new ConversationMemory(100);
        for (var i = 0; i < 1000; i++)
        {
            memory.Remember(new LlmRequest("hello") { Conversation = $"c{i}" }, "a");
        }

        var known = Enumerable.Range(0, 1000).Where(i => memory.Recall(new LlmRequest("hello") { Conversation = $"c{i}" }) is not null).ToList();
        Assert.InRange(known.Count, 50, 100);
        Assert.Equal(Enumerable.Range(1000 - known.Count, known.Count), known);
    }

    [Fact]
    public void Memory_of_no_capacity_remembers_nothing()
    {
        var memory = new ConversationMemory(0);
        memory.Remember(new LlmRequest("hello") { Conversation = "c" }, "a");

        Assert.Null(memory.Recall(new LlmRequest("hello") { Conversation = "c" }));
    }
}
