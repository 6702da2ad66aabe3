using HybridLlm.Tool.Learning;

namespace HybridLlm.Tool.Tests.Learning;

public sealed class MeaningTests
{
    private static readonly string[] Prompts =
    [
        "What is the area of a circle with radius 4?",
        "Compute the circumference of a round plate six inches wide.",
        "Which king ruled France during the revolution?",
        "Who was emperor of Rome after Augustus?",
    ];

    private static List<Features> Read(params string[] prompts)
    {
        var reader = new PromptReader(withMeaning: true);
        reader.Prepare(prompts, TestContext.Current.CancellationToken);
        return [.. prompts.Select(reader.Read)];
    }

    [Fact]
    public void Prompts_without_a_word_in_common_are_near_when_they_are_about_the_same()
    {
        var texts = Read(Prompts);
        var similarity = new Similarity(texts, new(Words: 0, Characters: 0, Signs: 0, Shape: 0, Meaning: 1));

        var row = similarity.To(texts[0]);

        Assert.Equal(1, row[0], 0.001);
        Assert.True(row[1] > row[2] + 0.2);
        Assert.True(row[1] > row[3] + 0.2);
    }

    [Fact]
    public void A_prompt_means_the_same_in_any_company_and_a_blank_one_means_nothing()
    {
        var together = Read([.. Prompts, "", " \n", Prompts[0]]);

        Assert.Equal(Read(Prompts[0])[0].Meaning, together[0].Meaning);
        Assert.Equal(together[0].Meaning, together[^1].Meaning);
        Assert.Equal(1, together[0].Meaning!.Sum(value => value * value), 0.0001);
        Assert.All([together[4], together[5]], text => Assert.All(text.Meaning!, value => Assert.Equal(0, value)));
    }

    [Fact]
    public void Meaning_is_left_out_where_it_is_not_known_of_all_texts()
    {
        var (known, unknown) = (Read(Prompts), Prompts.Select(Features.Of).ToList());
        var words = new Similarity.Weights(Words: 1, Characters: 0, Signs: 0, Shape: 0);

        Assert.Equal(new Similarity(unknown, words).To(unknown[0]), new Similarity(unknown, words with { Meaning = 1 }).To(known[0]));
        Assert.Equal(new Similarity(known, words).To(unknown[0]), new Similarity(known, words with { Meaning = 1 }).To(unknown[0]));
        Assert.NotEqual(new Similarity(known, words).To(known[0]), new Similarity(known, words with { Meaning = 1 }).To(known[0]));
    }

    [Fact]
    public void Texts_that_mean_the_same_have_no_direction_and_stay_finite()
    {
        var texts = Read("the same", "the same", "the same");

        var all = new Similarity(texts, new(Words: 0, Characters: 0, Signs: 0, Shape: 0, Meaning: 1)).All(TestContext.Current.CancellationToken);

        Assert.All(all, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Reading_ends_when_it_is_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => new PromptReader(withMeaning: true).Prepare(Prompts, cancelled.Token));
    }
}
