using HybridLlm.Learning;

namespace HybridLlm.Tests.Learning;

public sealed class ModelLearnerTests
{
    private static readonly PriorMasses Masses = new(Profile: 4, Cell: 5);
    private static readonly string[] Models = ["a", "b", "c"];

    [Fact]
    public void Choose_takes_the_same_models_again_under_the_same_seed_and_others_under_another()
    {
        Assert.Equal(Choices(seed: 5), Choices(seed: 5));
        Assert.NotEqual(Choices(seed: 5), Choices(seed: 6));

        static List<LearnerChoice> Choices(long seed)
        {
            var learner = new ModelLearner(new(), Masses, share: 1, seed);
            var random = new Random(1);
            return [.. Enumerable.Range(0, 200).Select(_ =>
            {
                var choice = learner.Choose(Models, "t", ComplexityLevel.Medium);
                learner.Observe(Models[choice.Index], "t", ComplexityLevel.Medium, random.NextDouble() < 0.3 * (choice.Index + 1) ? 1 : 0);
                return choice;
            })];
        }
    }

    [Fact]
    public void Choose_without_a_budget_takes_the_best_known_model()
    {
        var learner = new ModelLearner(new(), Masses, share: 0, seed: 1);
        learner.Observe("b", "t", ComplexityLevel.Medium, 1);

        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(1, learner.Choose(Models, "t", ComplexityLevel.Medium).Index));
        Assert.Equal(0, learner.Choose(Models, "other", ComplexityLevel.Medium, [0.9, 0.2, 0.2]).Index);
    }

    [Fact]
    public void Choose_explores_less_and_less_and_ends_up_at_the_best()
    {
        var learner = new ModelLearner(new(), Masses, share: 1, seed: 3);
        var random = new Random(3);
        var explored = new int[4];
        var best = new int[4];
        for (var i = 0; i < 2000; i++)
        {
            var choice = learner.Choose(Models, "t", ComplexityLevel.Medium);
            learner.Observe(Models[choice.Index], "t", ComplexityLevel.Medium, random.NextDouble() < (choice.Index == 2 ? 0.8 : 0.5) ? 1 : 0);
            explored[i / 500] += choice.Explores ? 1 : 0;
            best[i / 500] += choice.Index == 2 ? 1 : 0;
        }

        Assert.InRange(best[3], 475, 500);
        Assert.InRange(explored[3], 0, 25);
        Assert.True(explored[0] > explored[3]);
    }

    [Fact]
    public void Observe_refuses_what_is_no_score()
    {
        var learner = new ModelLearner(new(), Masses, share: 0, seed: 0);

        Assert.Throws<ArgumentOutOfRangeException>(() => learner.Observe("a", "t", ComplexityLevel.Medium, 1.01));
        Assert.Throws<ArgumentOutOfRangeException>(() => learner.Observe("a", "t", ComplexityLevel.Medium, -0.01));
    }
}
