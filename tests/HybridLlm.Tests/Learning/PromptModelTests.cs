using HybridLlm.Learning;

namespace HybridLlm.Tests.Learning;

/// <summary>What is learned from the words of prompts, and when it is believed. The task is learned beside it, as in the router.</summary>
public sealed class PromptModelTests
{
    private const int Seeds = 20;

    [Theory]
    [InlineData(0.95)]
    [InlineData(0.75)]
    [InlineData(0.5)]
    [InlineData(0.2)]
    public void Words_that_say_nothing_never_count(double success)
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var run = new PromptRun(seed, (_, _) => success);

            run.Learn(1_500, prompt => Assert.True(prompt.Weight == 0, $"Seed {seed}, evidence {prompt.Evidence}."));
        }
    }

    [Fact]
    public void A_model_that_changes_at_all_prompts_alike_is_no_reason_to_believe_words()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var run = new PromptRun(seed, static (_, call) => call / 400 % 2 == 0 ? 0.9 : 0.4);

            run.Learn(2_000, prompt => Assert.True(prompt.Weight == 0, $"Seed {seed}, evidence {prompt.Evidence}."));
        }
    }

    [Fact]
    public void A_word_at_which_a_model_fails_counts_within_a_few_hundred_calls_and_moves_no_other_prompt_down()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var run = new PromptRun(seed, static (isSql, _) => isSql ? 0.05 : 0.95);

            run.Learn(500);

            Assert.InRange(run.Words.Weight, 0.5, 1);
            var expected = run.Expected;
            Assert.All(run.Prompts(50, isSql: true), prompt => Assert.InRange(run.Words.Move(expected, prompt), 0, expected - 0.1));
            Assert.InRange(run.Prompts(50, isSql: true).Average(prompt => run.Words.Move(expected, prompt)), 0, 0.4);
            Assert.InRange(run.Prompts(50, isSql: false).Average(prompt => run.Words.Move(expected, prompt)), expected, 1);
        }
    }

    [Theory]
    [InlineData('а', 32, 5)]
    [InlineData('一', 3_000, 1)]
    public void A_language_that_a_model_does_not_speak_is_known_by_words_never_seen(char first, int letters, int length)
    {
        var run = new PromptRun(1, static (isForeign, _) => isForeign ? 0.05 : 0.95, (random, isForeign) => isForeign ? Foreign(random, 0, letters / 2) : PromptRun.Sentence(random, isSql: false));

        run.Learn(500);

        var unseen = PromptFeatures.Read(Foreign(new Random(2), letters / 2, letters));
        Assert.InRange(run.Words.Move(run.Expected, unseen), 0, run.Expected - 0.15);

        string Foreign(Random random, int from, int to) =>
            string.Join(' ', Enumerable.Range(0, 8).Select(_ => new string([.. Enumerable.Range(0, length).Select(_ => (char)(first + random.Next(from, to)))])));
    }

    [Fact]
    public void What_is_no_longer_true_is_given_up()
    {
        var run = new PromptRun(3, static (isSql, call) => isSql && call < 500 ? 0.05 : 0.95);
        run.Learn(500);
        var before = run.Prompts(50, isSql: true).Average(prompt => run.Words.Move(run.Expected, prompt));

        run.Learn(500);

        Assert.InRange(before, 0, 0.4);
        Assert.InRange(run.Prompts(50, isSql: true).Average(prompt => run.Words.Move(0.9, prompt)), 0.75, 1);
    }

    [Fact]
    public void What_is_never_seen_again_fades_until_it_is_quiet()
    {
        var run = new PromptRun(4, static (isSql, _) => isSql ? 0.05 : 0.95);
        run.Learn(500);
        Assert.InRange(run.Words.Weight, 0.4, 1);
        var plain = PromptFeatures.Read("hello");

        for (var i = 0; i < 8 * PromptModel.HalfLife; i++)
        {
            // The task is right about them, so that words win nothing.
            run.Words.Learn(0.5, 0.5, plain);
        }

        Assert.Equal(0, run.Words.Weight);
    }

    [Fact]
    public void A_correction_leaves_the_evidence_that_the_right_score_would_have_left()
    {
        var (corrected, right) = (new PromptModel(), new PromptModel());
        var (sql, other) = (PromptFeatures.Read("a query in sql"), PromptFeatures.Read("a poem on spring"));
        for (var i = 0; i < 40; i++)
        {
            var forecast = corrected.Learn(0.7, 1, sql);
            corrected.Correct(forecast, 0, sql);
            right.Learn(0.7, 0, sql);
            corrected.Learn(0.7, 1, other);
            right.Learn(0.7, 1, other);
        }

        Assert.InRange(right.Weight, 0.1, 1);
        Assert.InRange(corrected.Weight, 0.1, 1);
        Assert.InRange(corrected.Move(0.7, sql), 0, 0.4);
        Assert.InRange(corrected.Move(0.7, sql) - right.Move(0.7, sql), -0.15, 0.15);
    }

    [Fact]
    public void Expectations_and_scores_at_their_ends_keep_it_finite()
    {
        var model = new PromptModel();
        var random = new Random(5);
        for (var i = 0; i < 5_000; i++)
        {
            var features = PromptFeatures.Read(PromptRun.Sentence(random, random.Next(2) == 0));
            var forecast = model.Learn(random.Next(2), random.Next(2), features);
            if (random.Next(3) == 0)
            {
                model.Correct(forecast, random.Next(2), features);
            }

            Assert.InRange(model.Weight, 0, 1);
            Assert.InRange(model.Move(random.Next(2), features), 0, 1);
        }
    }
}
