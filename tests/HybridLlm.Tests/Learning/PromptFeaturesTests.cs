using HybridLlm.Learning;

namespace HybridLlm.Tests.Learning;

public sealed class PromptFeaturesTests
{
    [Fact]
    public void Read_takes_whatever_there_is_and_stays_within_its_bound()
    {
        var random = new Random(1);
        for (var i = 0; i < 2_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(3_000)).Select(_ => (char)random.Next(random.Next(2) == 0 ? 128 : char.MaxValue))]);

            var features = PromptFeatures.Read(text);

            Assert.InRange(features.Length, 1, PromptFeatures.Most);
            Assert.Distinct(features);
            Assert.All(features, row => Assert.InRange(row, 0, PromptFeatures.Rows - 1));
        }
    }

    [Fact]
    public void Read_fills_its_bound_with_a_long_prompt_of_many_words()
    {
        var features = PromptFeatures.Read(string.Join(' ', Enumerable.Range(0, 5_000).Select(static i => $"word{(char)('a' + (i % 26))}{(char)('a' + (i / 26 % 26))}{(char)('a' + (i / 676))}")));

        Assert.InRange(features.Length, PromptFeatures.Most - 10, PromptFeatures.Most);
    }

    [Theory]
    [InlineData("Write a SQL query for 2023", "write a sql query for 1999")]
    [InlineData("Drei Äpfel", "drei äpfel")]
    public void Case_and_digits_do_not_tell_prompts_apart(string one, string other) => Assert.Equal(PromptFeatures.Read(one), PromptFeatures.Read(other));

    [Fact]
    public void The_end_of_a_long_prompt_is_read_and_its_middle_is_not()
    {
        var filler = string.Join(' ', Enumerable.Repeat("lorem ipsum", 2_000));
        var plain = PromptFeatures.Read($"{filler} {filler} thanks");

        Assert.NotEqual(plain, PromptFeatures.Read($"{filler} {filler} regex"));
        Assert.Equal(plain, PromptFeatures.Read($"{filler} regex {filler} thanks"));
    }

    [Fact]
    public void Prompts_in_the_same_script_share_a_feature_and_those_in_another_do_not()
    {
        var shared = PromptFeatures.Read("напиши стихи").Intersect(PromptFeatures.Read("кошка любит рыбу")).ToArray();

        Assert.NotEmpty(shared.Except(PromptFeatures.Read("write a poem")));
    }

    [Fact]
    public void A_script_without_blanks_is_read_sign_by_sign() =>
        Assert.NotEmpty(PromptFeatures.Read("翻译这句话").Intersect(PromptFeatures.Read("请翻译")));
}
