using HybridLlm.Classifier.Encoder.Inference;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;

namespace HybridLlm.Classifier.Encoder.Tests;

public sealed class EncoderTaskClassifierTests
{
    [Theory]
    [InlineData("Translate this into French: good night, my dear friend.", TaskTypes.Translation)]
    [InlineData("craft me a deep learning curriculum", TaskTypes.Planning)]
    [InlineData("write a python function that merges two sorted lists", TaskTypes.CodeGeneration)]
    public async Task Classify_tells_what_the_newest_message_asks_for(string prompt, string taskType)
    {
        using var classifier = new EncoderTaskClassifier();

        var profile = await classifier.ClassifyAsync(
            new([new ChatMessage(ChatRole.System, "Be brief."), new ChatMessage(ChatRole.User, "hello"), new ChatMessage(ChatRole.Assistant, "Hi."), new ChatMessage(ChatRole.User, prompt)]),
            TestContext.Current.CancellationToken);

        Assert.Equal(taskType, profile.TaskType);
        Assert.Equal(3, profile.Candidates.Count);
        Assert.Equal(profile.TaskConfidence, profile.Candidates[0].Probability);
        Assert.InRange(profile.ComplexityConfidence, 0.33, 1);
    }

    [Fact]
    public async Task Classify_keeps_what_the_caller_said()
    {
        using var classifier = new EncoderTaskClassifier();

        var profile = await classifier.ClassifyAsync(new("hello", "invoice_check") { Complexity = ComplexityLevel.Complex }, TestContext.Current.CancellationToken);

        Assert.Equal(("invoice_check", ComplexityLevel.Complex, ProfileSource.Caller), (profile.TaskType, profile.Complexity, profile.Source));
    }

    [Fact]
    public async Task Classify_when_there_is_nothing_to_read_abstains()
    {
        using var classifier = new EncoderTaskClassifier();

        Assert.True((await classifier.ClassifyAsync(new(" "), TestContext.Current.CancellationToken)).Abstained);
    }

    [Fact]
    public async Task Classify_through_a_server_sends_the_beginning_and_the_end_and_says_the_same()
    {
        var model = EncoderModel.Load();
        string? sent = null;
        var generator = Substitute.For<IEmbeddingGenerator<string, Embedding<float>>>();
        generator.GenerateAsync(Arg.Any<IEnumerable<string>>(), Arg.Any<EmbeddingGenerationOptions?>(), Arg.Any<CancellationToken>()).Returns(call =>
        {
            sent = call.Arg<IEnumerable<string>>().Single();
            return new GeneratedEmbeddings<Embedding<float>>([new(model.Embed(sent, new(), CancellationToken.None))]);
        });
        var prompt = "Summarize this: " + new string('x', 600) + " end";
        using var served = new EncoderTaskClassifier(generator);
        using var inProcess = new EncoderTaskClassifier();

        var profile = await served.ClassifyAsync(new(prompt), TestContext.Current.CancellationToken);

        Assert.Equal($"{prompt[..320]} {prompt[^160..]}", sent);
        Assert.Equal((await inProcess.ClassifyAsync(new(prompt), TestContext.Current.CancellationToken)).Candidates, profile.Candidates);
    }

    [Fact]
    public async Task Classify_through_a_server_with_another_model_says_so()
    {
        var generator = Substitute.For<IEmbeddingGenerator<string, Embedding<float>>>();
        generator.GenerateAsync(Arg.Any<IEnumerable<string>>(), Arg.Any<EmbeddingGenerationOptions?>(), Arg.Any<CancellationToken>())
            .Returns(new GeneratedEmbeddings<Embedding<float>>([new(new float[768])]));
        using var classifier = new EncoderTaskClassifier(generator);

        var exception = await Assert.ThrowsAsync<InvalidDataException>(async () => await classifier.ClassifyAsync(new("hello"), TestContext.Current.CancellationToken));

        Assert.Contains("384", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddEncoderClassifier_settles_what_the_first_opinion_is_not_sure_of()
    {
        var services = new ServiceCollection();
        services.AddHybridLlm().AddEncoderClassifier(options => options.BelowConfidence = 1);
        await using var provider = services.BuildServiceProvider();

        var profile = await provider.GetRequiredService<ITaskClassifier>().ClassifyAsync(new("craft me a deep learning curriculum"), TestContext.Current.CancellationToken);

        Assert.Equal(TaskTypes.Planning, profile.TaskType);
        Assert.True(profile.EstimatedInputTokens > 0);
    }

    [Theory]
    [InlineData(0.98, 0.85, false)]
    [InlineData(0.96, 0.85, true)]
    [InlineData(0.98, 0.75, true)]
    public async Task AddEncoderClassifier_is_asked_below_its_own_confidences_in_type_and_in_complexity(double taskConfidence, double complexityConfidence, bool isAsked)
    {
        var sure = new TaskProfile
        {
            TaskType = TaskTypes.Format,
            TaskConfidence = taskConfidence,
            Candidates = [new(TaskTypes.Format, taskConfidence)],
            Source = ProfileSource.Prompt,
            ComplexityConfidence = complexityConfidence,
        };
        var services = new ServiceCollection();
        services.AddSingleton<ITaskClassifier>(new Always(sure));
        services.AddHybridLlm().AddEncoderClassifier();
        await using var provider = services.BuildServiceProvider();

        var profile = await provider.GetRequiredService<ITaskClassifier>().ClassifyAsync(new("craft me a deep learning curriculum"), TestContext.Current.CancellationToken);

        Assert.Equal(isAsked, profile.Candidates.Any(candidate => candidate.TaskType == TaskTypes.Planning));
    }

    private sealed class Always(TaskProfile profile) : ITaskClassifier
    {
        public ValueTask<TaskProfile> ClassifyAsync(LlmRequest request, CancellationToken cancellationToken = default) => new(profile);
    }
}
