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
    public void Choose_weighs_what_is_expected_at_each_task_by_how_likely_it_is()
    {
        var learner = new ModelLearner(new(), Masses, share: 0, seed: 1);
        for (var i = 0; i < 40; i++)
        {
            learner.Observe("a", "code", ComplexityLevel.Medium, i % 10 == 0 ? 0 : 1);
            learner.Observe("b", "code", ComplexityLevel.Medium, i % 2);
            learner.Observe("a", "prose", ComplexityLevel.Medium, i % 2);
            learner.Observe("b", "prose", ComplexityLevel.Medium, i % 10 < 3 ? 0 : 1);
        }

        // Code is the likelier one in both, but a is ahead by more at code than b is at prose.
        Assert.Equal(0, learner.Choose(["a", "b"], [new("code", 0.6), new("prose", 0.4)], complexity: null).Index);
        Assert.Equal(1, learner.Choose(["a", "b"], [new("code", 0.2), new("prose", 0.8)], complexity: null).Index);

        var mixed = learner.Choose(["a"], [new("code", 0.6), new("prose", 0.4)], complexity: null).Expected;
        var (code, prose) = (learner.Expect("a", "code", complexity: null).Mean, learner.Expect("a", "prose", complexity: null).Mean);
        Assert.Equal((0.6 * code) + (0.4 * prose), mixed, 10);
    }

    [Fact]
    public void Observe_teaches_each_task_by_how_likely_it_was()
    {
        var learner = new ModelLearner(new() { HalfLife = 1_000_000 }, Masses, share: 0, seed: 1);
        var apart = new ModelLearner(new() { HalfLife = 1_000_000 }, Masses, share: 0, seed: 1);
        for (var i = 0; i < 20; i++)
        {
            learner.Observe("a", [new("code", 0.75), new("prose", 0.25)], ComplexityLevel.Medium, 1);
        }

        for (var i = 0; i < 15; i++)
        {
            apart.Observe("a", "code", ComplexityLevel.Medium, 1);
        }

        for (var i = 0; i < 5; i++)
        {
            apart.Observe("a", "prose", ComplexityLevel.Medium, 1);
        }

        Assert.All(["code", "prose"], task =>
        {
            var (got, expected) = (learner.Expect("a", task, complexity: null), apart.Expect("a", task, complexity: null));
            Assert.Equal(expected.Mean, got.Mean, 4);
            Assert.Equal(expected.Mass, got.Mass, 3);
        });
    }

    [Fact]
    public void Choose_tries_less_the_more_is_known_where_it_is_curbed_and_more_again_after_a_change()
    {
        var (free, curbed) = (Trials(double.PositiveInfinity), Trials(curbAfter: 10));

        Assert.InRange(curbed.Settled, 0, free.Settled / 2);
        Assert.True(curbed.Changed > 2 * curbed.Settled, $"{curbed}");

        // Two models that are nearly alike are tried on and on.
        static (int Settled, int Changed) Trials(double curbAfter)
        {
            var learner = new ModelLearner(new(), Masses, share: 1, seed: 1, curbAfter);
            var random = new Random(1);
            for (var i = 0; i < 200; i++)
            {
                learner.Observe("a", "t", ComplexityLevel.Medium, random.NextDouble() < 0.75 ? 1 : 0, "v1");
                learner.Observe("b", "t", ComplexityLevel.Medium, random.NextDouble() < 0.65 ? 1 : 0, "v1");
            }

            var settled = Explored(learner);
            learner.Observe("a", "t", ComplexityLevel.Medium, 1, "v2");
            learner.Observe("b", "t", ComplexityLevel.Medium, 1, "v2");
            return (settled, Explored(learner));
        }

        static int Explored(ModelLearner learner) => Enumerable.Range(0, 1000).Count(_ => learner.Choose(["a", "b"], "t", ComplexityLevel.Medium).Explores);
    }

    [Fact]
    public void Choose_refuses_a_request_of_no_task()
    {
        var learner = new ModelLearner(new(), Masses, share: 0, seed: 0);

        Assert.Throws<ArgumentOutOfRangeException>(() => learner.Choose(Models, [], complexity: null));
    }

    [Fact]
    public void Observe_refuses_what_is_no_score()
    {
        var learner = new ModelLearner(new(), Masses, share: 0, seed: 0);

        Assert.Throws<ArgumentOutOfRangeException>(() => learner.Observe("a", "t", ComplexityLevel.Medium, 1.01));
        Assert.Throws<ArgumentOutOfRangeException>(() => learner.Observe("a", "t", ComplexityLevel.Medium, -0.01));
    }
}
