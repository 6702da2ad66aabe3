using HybridLlm.Classification;
using Microsoft.Extensions.AI;
using NSubstitute;

namespace HybridLlm.Tests.Classification;

public sealed class LlmTaskClassifierTests
{
    private readonly IHybridLlmClient _client = Substitute.For<IHybridLlmClient>();
    private LlmRequest? _asked;

    private async Task<TaskProfile> ClassifyAsync(string answer, string prompt = "prompt")
    {
        _client.GenerateAsync(Arg.Any<LlmRequest>(), Arg.Any<CancellationToken>()).Returns(call =>
        {
            _asked = call.Arg<LlmRequest>();
            return new LlmResponse(new ChatResponse(new ChatMessage(ChatRole.Assistant, answer)), new RoutingTrace("1", new RoutePlan(new TaskProfile(), "test", [], [])));
        });
        return await new LlmTaskClassifier(() => _client, "small").ClassifyAsync(new(prompt), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Classify_asks_the_model_for_a_label_of_the_list()
    {
        var profile = await ClassifyAsync("""{"task_type": "planning", "complexity": "complex"}""");

        Assert.Equal((TaskTypes.Planning, ComplexityLevel.Complex, ProfileSource.Prompt), (profile.TaskType, profile.Complexity, profile.Source));
        Assert.Equal(TaskTypes.Planning, Assert.Single(profile.Candidates).TaskType);
        Assert.Equal(("small", TaskTypes.Classification, ComplexityLevel.Simple), (_asked!.Model, _asked.TaskType, _asked.Complexity));
        var schema = Assert.IsType<ChatResponseFormatJson>(_asked.Options!.ResponseFormat).Schema!.Value;
        Assert.Equal(18, schema.GetProperty("properties").GetProperty("task_type").GetProperty("enum").GetArrayLength());
        Assert.InRange(_asked.Options.MaxOutputTokens!.Value, 1, 100);
    }

    [Fact]
    public async Task Classify_of_a_long_prompt_sends_its_beginning_and_its_end()
    {
        await ClassifyAsync("""{"task_type": "planning", "complexity": "complex"}""", "BEGIN" + new string('x', 100_000) + "END");

        var sent = _asked!.Messages[^1].Text;
        Assert.InRange(sent.Length, 1000, 2100);
        Assert.Contains("BEGIN", sent, StringComparison.Ordinal);
        Assert.Contains("END", sent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("planning")]
    [InlineData("""{"task_type": "planing", "complexity": "simple"}""")]
    [InlineData("""{"task_type": "planning", "complexity": 3}""")]
    [InlineData("""["planning"]""")]
    [InlineData("")]
    public async Task Classify_of_what_is_no_label_fails(string answer) => await Assert.ThrowsAsync<InvalidDataException>(() => ClassifyAsync(answer));

    [Fact]
    public async Task Classify_when_there_is_nothing_to_read_abstains_without_asking()
    {
        Assert.True((await ClassifyAsync("{}", " ")).Abstained);
        Assert.Null(_asked);
    }
}
