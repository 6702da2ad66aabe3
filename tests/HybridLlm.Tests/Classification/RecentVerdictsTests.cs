using HybridLlm.Classification;

namespace HybridLlm.Tests.Classification;

public sealed class RecentVerdictsTests
{
    private static readonly PromptClassifier Classifier = new(ClassifierModel.Shipped);

    [Fact]
    public void Classify_says_of_a_text_seen_before_what_it_said_then()
    {
        var recent = new RecentVerdicts(Classifier);

        var first = recent.Classify("Translate to French: good morning");
        var second = recent.Classify(new string("Translate to French: good morning".ToCharArray()));

        Assert.Same(first.Candidates, second.Candidates);
    }

    [Fact]
    public void Classify_never_takes_one_text_for_another()
    {
        var recent = new RecentVerdicts(Classifier);
        var random = new Random(7);
        var texts = Enumerable.Range(0, 3 * RecentVerdicts.Slots).Select(i => $"{(i % 2 == 0 ? "Translate to French" : "Fix this bug")}: {random.Next()}").ToArray();

        for (var i = 0; i < 4 * texts.Length; i++)
        {
            var text = texts[random.Next(texts.Length)];
            var fresh = Classifier.Classify(text);
            var verdict = recent.Classify(text);
            Assert.Equal((fresh.TaskConfidence, fresh.Score, fresh.Candidates[0]), (verdict.TaskConfidence, verdict.Score, verdict.Candidates[0]));
        }
    }

    [Fact]
    public void Classify_does_not_keep_a_long_text()
    {
        var recent = new RecentVerdicts(Classifier);
        var text = new string('a', RecentVerdicts.LongestText + 1);

        Assert.NotSame(recent.Classify(text).Candidates, recent.Classify(text).Candidates);
    }
}
