using HybridLlm.Classification;
using HybridLlm.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace HybridLlm.Tests.Classification;

public sealed class SecondOpinionClassifierTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly Scripted _second = new();
    private TaskProfile _firstProfile = Profile(TaskTypes.Format, 0.5, ComplexityLevel.Simple, 0.6);

    private static TaskProfile Profile(string taskType, double confidence, ComplexityLevel level, double levelConfidence) => new()
    {
        TaskType = taskType,
        TaskConfidence = confidence,
        Candidates = [new(taskType, confidence), new(TaskTypes.Analysis, (1 - confidence) / 2)],
        Source = ProfileSource.Prompt,
        Complexity = level,
        ComplexityScore = 2,
        ComplexityConfidence = levelConfidence,
        Language = "de",
    };

    private async Task<TaskProfile> ClassifyAsync(SecondOpinionOptions? options = null, LlmRequest? request = null)
    {
        await using var classifier = new SecondOpinionClassifier(new Scripted { Answer = (_, _) => new(_firstProfile) }, _second, options ?? new(), _time, NullLogger<SecondOpinionClassifier>.Instance);
        return await classifier.ClassifyAsync(request ?? new("prompt"), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_is_sure_is_not_asked_about()
    {
        _firstProfile = Profile(TaskTypes.Format, 0.95, ComplexityLevel.Simple, 0.6);

        Assert.Same(_firstProfile, await ClassifyAsync());
        Assert.Equal(0, _second.Calls);
    }

    [Fact]
    public async Task A_level_that_is_not_sure_is_asked_about_where_that_is_wanted_and_the_surer_one_decides()
    {
        _firstProfile = Profile(TaskTypes.Format, 0.95, ComplexityLevel.Simple, 0.6);
        _second.Answer = (_, _) => new(Profile(TaskTypes.Format, 0.9, ComplexityLevel.Complex, 0.8));
        var options = new SecondOpinionOptions
        {
            BelowComplexityConfidence = 0.7,
            ComplexityWeight = 0.5,
        };

        var profile = await ClassifyAsync(options);
        Assert.Equal((1, TaskTypes.Format, ComplexityLevel.Complex), (_second.Calls, profile.TaskType, profile.Complexity));

        _firstProfile = _firstProfile with { ComplexityConfidence = 0.7 };
        Assert.Same(_firstProfile, await ClassifyAsync(options));

        // A level that the caller named needs no opinion.
        _firstProfile = _firstProfile with { ComplexityConfidence = 0.6 };
        Assert.Same(_firstProfile, await ClassifyAsync(options, new("prompt") { Complexity = ComplexityLevel.Simple }));
        Assert.Equal(1, _second.Calls);
    }

    [Theory]
    [InlineData(ProfileSource.Caller)]
    [InlineData(ProfileSource.Options)]
    public async Task What_is_no_guess_is_not_asked_about(ProfileSource source)
    {
        _firstProfile = _firstProfile with { Source = source };

        Assert.Same(_firstProfile, await ClassifyAsync());
        Assert.Equal(0, _second.Calls);
    }

    [Fact]
    public async Task Opinions_are_weighed_and_the_rest_of_the_profile_is_kept()
    {
        _second.Answer = (_, _) => new(Profile(TaskTypes.Planning, 0.8, ComplexityLevel.Complex, 0.95));

        var profile = await ClassifyAsync(new() { Weight = 0.6, ComplexityWeight = 0.5 });

        Assert.Equal(TaskTypes.Planning, profile.TaskType);
        Assert.Equal(0.6 * 0.8, profile.TaskConfidence, 10);
        Assert.Equal([TaskTypes.Planning, TaskTypes.Format, TaskTypes.Analysis], profile.Candidates.Select(c => c.TaskType));
        Assert.Equal(0.4 * 0.5, profile.Candidates[1].Probability, 10);
        Assert.Equal((ComplexityLevel.Complex, 8.5), (profile.Complexity, profile.ComplexityScore));
        Assert.Equal("de", profile.Language);
    }

    [Fact]
    public async Task Levels_are_weighed_too_where_both_say_how_likely_each_is()
    {
        // One is for simple and one for complex, but what both hold possible is medium.
        _firstProfile = Profile(TaskTypes.Format, 0.5, ComplexityLevel.Simple, 0.6) with { ComplexityProbabilities = [0.5, 0.45, 0.05] };
        _second.Answer = (_, _) => new(Profile(TaskTypes.Format, 0.9, ComplexityLevel.Complex, 0.6) with { ComplexityProbabilities = [0.05, 0.4, 0.55] });

        var profile = await ClassifyAsync(new() { ComplexityWeight = 0.4 });

        Assert.Equal(ComplexityLevel.Medium, profile.Complexity);
        Assert.Equal((0.6 * 0.45) + (0.4 * 0.4), profile.ComplexityConfidence, 10);

        // It keeps its place among those of its level: 2 of 3.5 becomes as much of the way from 3.5 to 6.5.
        Assert.Equal(3.5 + (3 * 2 / 3.5), profile.ComplexityScore, 10);
    }

    [Theory]
    [InlineData("what's 17% of 2350?")]
    [InlineData("Compare these two contracts clause by clause and say which one is riskier for a small supplier.")]
    [InlineData("write a haiku about rain")]
    public async Task A_level_is_told_anew_when_the_second_opinion_says_that_the_prompt_is_something_else(string prompt)
    {
        _firstProfile = await ReadAsync(prompt);
        var options = new SecondOpinionOptions
        {
            BelowConfidence = 1,
            Weight = 1,
            ComplexityWeight = 0,
        };

        // It says nothing of the level (its weight is zero), so what moves is moved by the type alone.
        var told = new Dictionary<string, TaskProfile>();
        foreach (var type in new[] { TaskTypes.Summarization, TaskTypes.KnowledgeReasoning })
        {
            _second.Answer = (_, _) => new(Profile(type, 1, ComplexityLevel.Medium, 0.5) with { ComplexityProbabilities = [0.2, 0.6, 0.2] });
            told[type] = await ClassifyAsync(options, new(prompt));
        }

        var (summary, knowledge) = (told[TaskTypes.Summarization], told[TaskTypes.KnowledgeReasoning]);
        Assert.True(summary.ComplexityProbabilities[0] > knowledge.ComplexityProbabilities[0] + 0.05, $"{summary.ComplexityProbabilities[0]} against {knowledge.ComplexityProbabilities[0]}");
        Assert.All(told.Values, profile =>
        {
            Assert.Equal(1, profile.ComplexityProbabilities.Sum(), 1e-5);
            Assert.Equal(profile.ComplexityProbabilities.Max(), profile.ComplexityProbabilities[(int)profile.Complexity]);
            Assert.InRange(profile.ComplexityConfidence, 1.0 / 3, 1);
            Assert.Equal(profile.Complexity, LevelOf(profile.ComplexityScore));
        });
    }

    [Fact]
    public async Task What_the_second_opinion_agrees_with_stays_as_it_is()
    {
        const string prompt = "Write a script that merges all CSV files of a folder.";
        _firstProfile = await ReadAsync(prompt);
        _second.Answer = (_, _) => new(_firstProfile with { ComplexityProbabilities = [.. _firstProfile.ComplexityProbabilities] });

        var profile = await ClassifyAsync(new() { BelowConfidence = 1 }, new(prompt));

        Assert.Equal(1, _second.Calls);
        Assert.Equal((_firstProfile.TaskType, _firstProfile.Complexity), (profile.TaskType, profile.Complexity));
        Assert.Equal(_firstProfile.Candidates.Select(c => c.TaskType), profile.Candidates.Select(c => c.TaskType));
        Assert.All(_firstProfile.ComplexityProbabilities.Zip(profile.ComplexityProbabilities), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        Assert.Equal(_firstProfile.TaskConfidence, profile.TaskConfidence, 1e-6);
        Assert.Equal(_firstProfile.ComplexityConfidence, profile.ComplexityConfidence, 1e-6);
        Assert.Equal(_firstProfile.ComplexityScore, profile.ComplexityScore, 1e-6);
    }

    [Fact]
    public async Task A_level_that_somebody_else_told_is_not_told_anew()
    {
        var read = await ReadAsync("what's 17% of 2350?");
        _firstProfile = read with { ComplexityProbabilities = [0.1, 0.2, 0.7], Complexity = ComplexityLevel.Complex, ComplexityScore = 9, ComplexityConfidence = 0.7 };
        _second.Answer = (_, _) => new(Profile(TaskTypes.SimpleQuestion, 1, ComplexityLevel.Medium, 0.5) with { ComplexityProbabilities = [0.2, 0.6, 0.2] });

        var profile = await ClassifyAsync(new() { BelowConfidence = 1, ComplexityWeight = 0 });

        Assert.Equal((ComplexityLevel.Complex, 9.0, 0.7), (profile.Complexity, Math.Round(profile.ComplexityScore, 10), profile.ComplexityConfidence));
    }

    private static async Task<TaskProfile> ReadAsync(string prompt) => await new DefaultTaskClassifier().ClassifyAsync(new(prompt), TestContext.Current.CancellationToken);

    private static ComplexityLevel LevelOf(double score) => score <= 3.5 ? ComplexityLevel.Simple : score <= 6.5 ? ComplexityLevel.Medium : ComplexityLevel.Complex;

    [Fact]
    public async Task Opinions_that_agree_are_surer_than_either_share()
    {
        _second.Answer = (_, _) => new(Profile(TaskTypes.Format, 0.9, ComplexityLevel.Simple, 0.8));

        var profile = await ClassifyAsync(new() { Weight = 0.5, ComplexityWeight = 0.5 });

        Assert.Equal((TaskTypes.Format, 0.7), (profile.TaskType, Math.Round(profile.TaskConfidence, 10)));
        Assert.Equal((ComplexityLevel.Simple, 2.0, 0.7), (profile.Complexity, profile.ComplexityScore, Math.Round(profile.ComplexityConfidence, 10)));
    }

    [Fact]
    public async Task The_level_that_the_caller_named_is_kept()
    {
        _second.Answer = (_, _) => new(Profile(TaskTypes.Planning, 0.9, ComplexityLevel.Complex, 1));

        var profile = await ClassifyAsync(new() { ComplexityWeight = 1 }, new("prompt") { Complexity = ComplexityLevel.Simple });

        Assert.Equal(ComplexityLevel.Simple, profile.Complexity);
    }

    [Fact]
    public async Task The_second_gets_the_words_of_the_user_and_nothing_else()
    {
        LlmRequest? asked = null;
        _second.Answer = (request, _) =>
        {
            asked = request;
            return new(Profile(TaskTypes.Planning, 0.9, ComplexityLevel.Complex, 1));
        };

        await ClassifyAsync(request: new([new ChatMessage(ChatRole.System, "secret"), new ChatMessage(ChatRole.User, "<system-reminder>be good</system-reminder>plan a trip")]));

        Assert.Equal("plan a trip", Assert.Single(asked!.Messages).Text);
        Assert.Null(asked.Options);
    }

    [Fact]
    public async Task When_the_second_fails_or_abstains_the_first_stands()
    {
        _second.Answer = (_, _) => throw new InvalidOperationException("broken");
        Assert.Same(_firstProfile, await ClassifyAsync());

        _second.Answer = (_, _) => new(new TaskProfile { Abstained = true });
        Assert.Same(_firstProfile, await ClassifyAsync());
    }

    [Fact]
    public async Task When_the_second_is_late_the_first_stands()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _second.Answer = async (_, token) =>
        {
            var never = new TaskCompletionSource<TaskProfile>(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = token.Register(() => never.TrySetCanceled(token));
            asked.SetResult();
            return await never.Task;
        };

        var task = ClassifyAsync(new() { Deadline = TimeSpan.FromSeconds(1) });
        await asked.Task;
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Same(_firstProfile, await task);
    }

    [Fact]
    public async Task When_the_second_keeps_failing_it_is_left_alone_for_a_while()
    {
        _second.Answer = (_, _) => throw new InvalidOperationException("broken");
        await using var classifier = new SecondOpinionClassifier(new Scripted { Answer = (_, _) => new(_firstProfile) }, _second, new(), _time, NullLogger<SecondOpinionClassifier>.Instance);
        for (var i = 0; i < 10; i++)
        {
            await classifier.ClassifyAsync(new("prompt"), TestContext.Current.CancellationToken);
        }

        Assert.Equal(4, _second.Calls);

        _time.Advance(TimeSpan.FromSeconds(31));
        await classifier.ClassifyAsync(new("prompt"), TestContext.Current.CancellationToken);
        Assert.Equal(5, _second.Calls);
    }

    [Fact]
    public async Task A_caller_that_leaves_is_told_so()
    {
        using var source = new CancellationTokenSource();
        _second.Answer = (_, _) =>
        {
            source.Cancel();
            throw new OperationCanceledException(source.Token);
        };
        await using var classifier = new SecondOpinionClassifier(new Scripted { Answer = (_, _) => new(_firstProfile) }, _second, new(), _time, NullLogger<SecondOpinionClassifier>.Instance);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await classifier.ClassifyAsync(new("prompt"), source.Token));
    }

    [Fact]
    public async Task AddSecondOpinion_wraps_the_classifier_that_is_there()
    {
        var services = new ServiceCollection();
        services.AddHybridLlm().AddSecondOpinion(_ => _second, options => options.BelowConfidence = 1);
        _second.Answer = (_, _) => new(Profile(TaskTypes.Planning, 1, ComplexityLevel.Complex, 1));
        await using var provider = services.BuildServiceProvider();

        var profile = await provider.GetRequiredService<ITaskClassifier>().ClassifyAsync(new("and now?"), TestContext.Current.CancellationToken);

        Assert.Equal((1, TaskTypes.Planning), (_second.Calls, profile.TaskType));
    }

    [Fact]
    public void AddSecondOpinion_refuses_what_is_out_of_range()
    {
        var builder = new ServiceCollection().AddHybridLlm();

        Assert.Equal("Weight", Assert.Throws<ArgumentOutOfRangeException>(() => builder.AddSecondOpinion(_ => _second, o => o.Weight = 2)).ParamName);
        Assert.Equal("BelowComplexityConfidence", Assert.Throws<ArgumentOutOfRangeException>(() => builder.AddSecondOpinion(_ => _second, o => o.BelowComplexityConfidence = -1)).ParamName);
        Assert.Equal("Deadline", Assert.Throws<ArgumentOutOfRangeException>(() => builder.AddSecondOpinion(_ => _second, o => o.Deadline = TimeSpan.Zero)).ParamName);
    }

    private sealed class Scripted : ITaskClassifier
    {
        public int Calls { get; private set; }

        public Func<LlmRequest, CancellationToken, ValueTask<TaskProfile>> Answer { get; set; } = (_, _) => throw new InvalidOperationException("Nothing is scripted.");

        public ValueTask<TaskProfile> ClassifyAsync(LlmRequest request, CancellationToken cancellationToken = default)
        {
            Calls++;
            return Answer(request, cancellationToken);
        }
    }
}
