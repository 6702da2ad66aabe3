using HybridLlm.Learning;

namespace HybridLlm.Tests.Learning;

public sealed class TaskBeliefTests
{
    private static readonly PriorMasses Masses = new(Profile: 4, Cell: 5);

    private readonly ModelBelief _model = new(new() { HalfLife = 1_000_000, DriftThreshold = 0 });

    [Fact]
    public void Expect_of_a_model_that_was_never_called_is_what_is_assumed_of_it()
    {
        var expectation = _model.AddTask().Expect(0.8, Masses, ComplexityLevel.Simple);

        Assert.Equal(0.8, expectation.Mean, 10);
        Assert.Equal(4, expectation.Mass, 10);
    }

    [Fact]
    public void Expect_counts_no_call_twice()
    {
        // A model with one task at one complexity: profile and cell, nothing between.
        var task = _model.AddTask();
        Observe(task, ComplexityLevel.Medium, successes: 9, failures: 3);

        var expectation = task.Expect(0.8, Masses, ComplexityLevel.Medium);

        Assert.Equal(((4 * 0.8) + 9) / 16, expectation.Mean, 4);
        Assert.Equal(16, expectation.Mass, 3);
    }

    [Fact]
    public void Expect_goes_from_the_profile_over_the_model_and_the_task_to_the_cell()
    {
        var elsewhere = _model.AddTask();
        var task = _model.AddTask();
        Observe(elsewhere, ComplexityLevel.Simple, successes: 16, failures: 0);
        Observe(task, ComplexityLevel.Simple, successes: 0, failures: 5);
        Observe(task, ComplexityLevel.Complex, successes: 5, failures: 0);

        var model = ((4 * 0.5) + 16) / (4 + 16);
        var here = model * 5 / (5 + 5);
        var cell = ((5 * here) + 5) / (5 + 5);

        Assert.Equal(cell, task.Expect(0.5, Masses, ComplexityLevel.Complex).Mean, 4);

        // Nothing was seen at medium complexity, so the whole task says what to expect.
        Assert.Equal(((5 * model) + 5) / (5 + 10), task.Expect(0.5, Masses, ComplexityLevel.Medium).Mean, 4);
    }

    [Fact]
    public void Expect_of_an_unknown_complexity_looks_at_the_whole_task()
    {
        var task = _model.AddTask();
        Observe(task, ComplexityLevel.Simple, successes: 8, failures: 0);
        Observe(task, ComplexityLevel.Complex, successes: 0, failures: 8);

        Assert.Equal(0.5, task.Expect(0.5, Masses, complexity: null).Mean, 4);
        Assert.Equal(20, task.Expect(0.5, Masses, complexity: null).Mass, 3);
    }

    [Fact]
    public void Observe_lets_earlier_calls_fade_by_the_half_life()
    {
        var model = new ModelBelief(new() { HalfLife = 10, DriftThreshold = 0 });
        var task = model.AddTask();
        Observe(task, ComplexityLevel.Medium, successes: 1, failures: 10);

        Assert.Equal(0.5, task.All.Successes, 4);
        Assert.Equal(task.All, model.All);
    }

    [Fact]
    public void A_new_version_keeps_what_is_expected_and_makes_it_unsure()
    {
        var task = _model.AddTask();
        for (var i = 0; i < 100; i++)
        {
            task.Observe(ComplexityLevel.Medium, 1, "v1");
        }

        var before = task.Expect(0.5, Masses, ComplexityLevel.Medium, "v1");
        var announced = task.Expect(0.5, Masses, ComplexityLevel.Medium, "v2");
        task.Observe(ComplexityLevel.Medium, 0, "v2");
        var after = task.Expect(0.5, Masses, ComplexityLevel.Medium, "v2");

        Assert.InRange(announced.Mass, 5, 10);
        Assert.True(announced.Deviation > 3 * before.Deviation);
        Assert.InRange(after.Mean, 0.4, 0.75);
        Assert.Equal(1, _model.Changes);
    }

    [Fact]
    public void A_version_that_nobody_tells_changes_nothing()
    {
        var task = _model.AddTask();
        task.Observe(ComplexityLevel.Medium, 1, "v1");
        task.Observe(ComplexityLevel.Medium, 1, version: null);
        task.Observe(ComplexityLevel.Medium, 1, "v1");

        Assert.Equal(0, _model.Changes);
        Assert.Equal(3, task.All.Calls, 4);
    }

    [Fact]
    public void Drift_of_one_task_widens_all_cells_of_the_model_and_no_sum_is_lost()
    {
        var model = new ModelBelief(new());
        var drifting = model.AddTask();
        var quiet = model.AddTask();
        Observe(quiet, ComplexityLevel.Medium, successes: 40, failures: 0);
        Observe(drifting, ComplexityLevel.Medium, successes: 40, failures: 0);

        Observe(drifting, ComplexityLevel.Medium, successes: 0, failures: 40);

        Assert.InRange(model.Changes, 1, 3);
        Assert.Equal(3, quiet.All.Calls, 4);

        // That it fails at one task says nothing of the others.
        Assert.Equal(3, quiet.All.Successes, 4);
        Assert.InRange(drifting.Expect(0.9, Masses, ComplexityLevel.Medium).Mean, 0, 0.25);
        Assert.Equal(quiet.All.Calls + drifting.All.Calls, model.All.Calls, 3);
        Assert.Equal(quiet.All.Successes + drifting.All.Successes, model.All.Successes, 3);
    }

    [Fact]
    public void Drift_at_all_tasks_moves_what_is_expected_of_each_even_of_those_not_called_since()
    {
        var model = new ModelBelief(new());
        TaskBelief[] tasks = [model.AddTask(), model.AddTask(), model.AddTask()];
        foreach (var task in tasks)
        {
            Observe(task, ComplexityLevel.Medium, successes: 40, failures: 0);
        }

        for (var i = 0; model.Changes == 0; i++)
        {
            Assert.InRange(i, 0, 20);
            tasks[i % 2].Observe(ComplexityLevel.Medium, i % 4 < 2 ? 0 : 0.4);
        }

        // All went well, and then as many calls came to 0 as to 0.4.
        Assert.InRange(tasks[2].All.Successes / tasks[2].All.Calls, 0.1, 0.4);
        Assert.Equal(3, tasks[2].All.Calls, 4);
        Assert.Equal(tasks.Sum(task => task.All.Successes), model.All.Successes, 3);
    }

    [Fact]
    public void Drift_upwards_moves_what_is_expected_up_and_not_above_success()
    {
        var model = new ModelBelief(new());
        var (first, second, quiet) = (model.AddTask(), model.AddTask(), model.AddTask());
        Observe(first, ComplexityLevel.Medium, successes: 0, failures: 30);
        Observe(second, ComplexityLevel.Medium, successes: 0, failures: 30);
        for (var i = 0; i < 30; i++)
        {
            quiet.Observe(ComplexityLevel.Medium, i % 2);
        }


        for (var i = 0; model.Changes == 0; i++)
        {
            Assert.InRange(i, 0, 20);
            (i % 2 == 0 ? first : second).Observe(ComplexityLevel.Medium, 1);
        }

        Assert.Equal(3, quiet.All.Calls, 4);
        Assert.Equal(3, quiet.All.Successes, 4);
    }

    [Fact]
    public void Drift_of_a_task_that_others_make_up_for_is_that_of_the_task_alone()
    {
        var model = new ModelBelief(new());
        var (falling, rising, quiet) = (model.AddTask(), model.AddTask(), model.AddTask());
        Observe(falling, ComplexityLevel.Medium, successes: 40, failures: 0);
        Observe(rising, ComplexityLevel.Medium, successes: 0, failures: 40);
        Observe(quiet, ComplexityLevel.Medium, successes: 40, failures: 0);

        for (var i = 0; falling.All.Calls > 10; i++)
        {
            Assert.InRange(i, 0, 20);
            falling.Observe(ComplexityLevel.Medium, 0);
            rising.Observe(ComplexityLevel.Medium, 0.8);
        }

        Assert.Equal(0, model.Changes);
        Assert.InRange(falling.All.Successes, 0, 1);
        Assert.Equal(quiet.All.Calls, quiet.All.Successes, 4);
        Assert.True(quiet.All.Calls > 30);
    }

    [Fact]
    public void Correct_takes_a_success_back_with_the_weight_that_it_still_has()
    {
        var model = new ModelBelief(new() { HalfLife = 2, DriftThreshold = 0 });
        var task = model.AddTask();
        Observe(task, ComplexityLevel.Medium, successes: 3, failures: 0);

        task.Correct(ComplexityLevel.Medium, difference: -1, callsSince: 2);

        Assert.Equal(1 + Math.Sqrt(0.5), task.All.Successes, 4);
        Assert.Equal(task.All, model.All);
    }

    [Fact]
    public async Task Readers_never_see_more_successes_than_calls_while_many_write()
    {
        var model = new ModelBelief(new() { HalfLife = 20 });
        var tasks = Enumerable.Range(0, 4).Select(_ => model.AddTask()).ToArray();
        var writers = tasks.Select((task, seed) => Task.Run(() =>
        {
            var random = new Random(seed);
            for (var i = 0; i < 5000; i++)
            {
                task.Observe((ComplexityLevel)random.Next(3), random.NextDouble(), i % 1000 == 0 ? $"v{i}" : null);
            }
        }));
        var writing = Task.WhenAll(writers);
        do
        {
            foreach (var task in tasks)
            {
                Assert.InRange(task.Expect(0.5, Masses, ComplexityLevel.Medium).Mean, 0, 1);
                var all = task.All;
                Assert.True(all.Successes <= all.Calls);
            }
        }
        while (!writing.IsCompleted);

        await writing;
        Assert.Equal(tasks.Sum(task => task.All.Calls), model.All.Calls, 0.01);
    }

    private static void Observe(TaskBelief task, ComplexityLevel complexity, int successes, int failures)
    {
        for (var i = 0; i < successes + failures; i++)
        {
            task.Observe(complexity, i < successes ? 1 : 0);
        }
    }
}
