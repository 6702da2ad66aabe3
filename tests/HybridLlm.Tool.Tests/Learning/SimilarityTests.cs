using HybridLlm.Tool.Learning;

namespace HybridLlm.Tool.Tests.Learning;

public sealed class SimilarityTests
{
    private static readonly string[] Prompts =
    [
        "How many apples are left when Tom eats 3 of his 12 apples?",
        "How many pears are left when Ann eats 4 of her 15 pears?",
        "Write a function that reverses a list.",
        "Write a function that sorts a list.",
        "",
    ];

    private static Similarity Of(Similarity.Weights weights) => new([.. Prompts.Select(Features.Of)], weights);

    [Fact]
    public void A_prompt_is_most_like_itself_then_like_its_kind()
    {
        var row = Of(new(1, 1, 0, 0.5f)).To(Features.Of(Prompts[0]));

        Assert.Equal(2.5, row[0], 0.001);
        Assert.True(row[1] > row[2]);
        Assert.True(row[1] > row[3]);
        Assert.True(row[0] > row[1]);
    }

    [Fact]
    public void All_rows_at_once_are_the_rows_one_by_one()
    {
        var similarity = Of(new(1, 0.5f, 0.2f, 0.3f));

        var all = similarity.All(TestContext.Current.CancellationToken);

        for (var i = 0; i < Prompts.Length; i++)
        {
            Assert.Equal(similarity.To(Features.Of(Prompts[i])), all[(i * Prompts.Length)..((i + 1) * Prompts.Length)]);
        }
    }

    [Fact]
    public void Any_text_has_finite_features()
    {
        var random = new Random(11);
        for (var round = 0; round < 300; round++)
        {
            var text = string.Create(random.Next(0, 200), random, static (span, random) =>
            {
                foreach (ref var c in span)
                {
                    c = random.Next(3) switch
                    {
                        0 => "0123456789.,=+-*/()$%"[random.Next(21)],
                        1 => (char)random.Next(32, 127),
                        _ => (char)random.Next(0, 0xFFFF),
                    };
                }
            });
            Assert.All(Of(new(1, 1, 1, 1)).To(Features.Of(text)), value => Assert.True(float.IsFinite(value)));
        }
    }

    [Fact]
    public void Huge_numbers_and_tiny_ones_stay_finite() =>
        Assert.All(TextSigns.Read(new string('9', 400) + " 0.0000001 " + new string('1', 30) + ".5"), sign => Assert.True(float.IsFinite(sign)));

    [Theory]
    [InlineData("1,250.50 and 3.", new[] { 1250.5, 3 })]
    [InlineData("1,25", new[] { 1.0, 25 })]
    [InlineData("2,000,000", new[] { 2000000.0 })]
    [InlineData("v1.2.3", new[] { 1.2, 3 })]
    [InlineData("none", new double[0])]
    public void Numbers_are_read_as_people_write_them(string text, double[] expected) => Assert.Equal(expected, Numbers.All(text));

    [Fact]
    public void Folds_keep_rows_of_the_same_prompt_together_and_decide_about_each_once()
    {
        var rows = Enumerable.Range(0, 60).Select(i => $"prompt {i / 2}").ToList();

        var seen = Folds.Decide(rows, row => row, folds: 4, seed: 1, (train, test) =>
        {
            Assert.Empty(train.Intersect(test));
            Assert.Equal(rows.Count, train.Count + test.Count);
            return test;
        });

        Assert.Equal(rows, seen);
    }

    [Fact]
    public void A_sample_is_bounded_in_order_and_repeatable()
    {
        var rows = Enumerable.Range(0, 100).ToList();

        var sample = Sample.Of(rows, most: 10, seed: 4);

        Assert.Equal(10, sample.Distinct().Count());
        Assert.Equal(sample.Order(), sample);
        Assert.Equal(sample, Sample.Of(rows, most: 10, seed: 4));
        Assert.Same(rows, Sample.Of(rows, most: 100, seed: 4));
    }
}
