using HybridLlm.Learning;

namespace HybridLlm.Tests.Learning;

public sealed class PromptModelsTests
{
    private static readonly ushort[] Sql = PromptFeatures.Read("a query in sql");
    private static readonly ushort[] Poem = PromptFeatures.Read("a poem on spring");

    [Fact]
    public void Models_are_found_only_while_words_count_for_them()
    {
        var models = new PromptModels();
        Teach(models, "other", calls: 60, sqlScore: 1);
        Assert.True(models.IsQuiet);
        Assert.Null(models.Find("other", null));

        Teach(models, "poor", calls: 60, sqlScore: 0);

        Assert.False(models.IsQuiet);
        Assert.NotNull(models.Find("poor", null));
        Assert.Null(models.Find("other", null));
        Assert.Null(models.Find("unknown", null));
    }

    [Fact]
    public void Another_version_is_not_judged_by_what_the_one_before_it_failed_at_and_forgets_it_once_it_is_called()
    {
        var models = new PromptModels();
        Teach(models, "m", calls: 60, sqlScore: 0, version: "1");

        Assert.NotNull(models.Find("m", "1"));
        Assert.NotNull(models.Find("m", null));
        Assert.Null(models.Find("m", "2"));

        Teach(models, "m", calls: 1, sqlScore: 1, version: "2");
        Assert.True(models.IsQuiet);
        Assert.Null(models.Find("m", "1"));
    }

    [Fact]
    public void Models_beyond_the_most_are_left_out()
    {
        var models = new PromptModels();
        Teach(models, "first", calls: 1, sqlScore: 0, most: 1);

        Teach(models, "second", calls: 60, sqlScore: 0, most: 1);

        Assert.True(models.IsQuiet);
        Assert.Null(models.Find("second", null));
    }

    [Fact]
    public void Ratings_of_the_latest_calls_teach_what_their_success_did_not_say()
    {
        var models = new PromptModels();
        for (var i = 0; i < 60; i++)
        {
            models.Learn(new($"sql-{i}", "m", null, 0.6, 1), Sql, 10);
            models.Learn(new($"poem-{i}", "m", null, 0.6, 1), Poem, 10);
            models.Rate($"sql-{i}", "m", failed: true);
            models.Rate($"sql-{i}", "m", failed: true);
            models.Rate($"sql-{i}", "another", failed: true);
        }

        Assert.InRange(models.Find("m", null)!.Move(0.6, Sql), 0, 0.4);
        Assert.InRange(models.Find("m", null)!.Move(0.6, Poem), 0.6, 1);
    }

    [Fact]
    public void A_rating_that_is_taken_back_takes_its_evidence_back()
    {
        var (rated, never) = (new PromptModels(), new PromptModels());
        for (var i = 0; i < 30; i++)
        {
            foreach (var models in new[] { rated, never })
            {
                models.Learn(new($"sql-{i}", "m", null, 0.6, 0), Sql, 10);
                models.Learn(new($"poem-{i}", "m", null, 0.6, 1), Poem, 10);
            }

            rated.Rate($"poem-{i}", "m", failed: true);
            rated.Rate($"poem-{i}", "m", failed: false);
        }

        Assert.InRange(rated.Find("m", null)!.Weight - never.Find("m", null)!.Weight, -0.1, 0.1);
    }

    [Fact]
    public void Ratings_of_calls_that_are_not_remembered_change_nothing()
    {
        var models = new PromptModels();
        models.Learn(new("old", "m", null, 0.6, 1), Sql, 10);
        Teach(models, "m", calls: RecentForecasts.Capacity / 2, sqlScore: 0);
        var before = models.Find("m", null)!.Evidence;

        models.Rate("old", "m", failed: true);
        models.Rate("never", "m", failed: true);

        Assert.Equal(before, models.Find("m", null)!.Evidence);
    }

    [Fact]
    public void Cleared_models_know_nothing()
    {
        var models = new PromptModels();
        Teach(models, "m", calls: 60, sqlScore: 0);

        models.Clear();

        Assert.True(models.IsQuiet);
        Assert.True(models.IsEmpty);
        Assert.Null(models.Find("m", null));
    }

    private static void Teach(PromptModels models, string model, int calls, double sqlScore, string? version = null, int most = 10)
    {
        for (var i = 0; i < calls; i++)
        {
            models.Learn(new($"{model}-sql-{i}", model, version, 0.6, sqlScore), Sql, most);
            models.Learn(new($"{model}-poem-{i}", model, version, 0.6, 1), Poem, most);
        }
    }
}
