using System.Globalization;
using HybridLlm.Learning;

namespace HybridLlm.Tests.Learning;

/// <summary>Learning from nothing on real outcomes: nine models, fourteen tasks, one score for each request.</summary>
public sealed class OnlineLearningTests
{
    private const int Seeds = 60;
    private const int DriftAt = 2000;

    private static readonly PriorMasses Masses = new(Profile: 4, Cell: 3);

    [Fact]
    public void After_a_thousand_requests_the_choice_is_near_the_best_model_of_each_task()
    {
        var data = RoutingData.Load();
        var truth = new Truth(data, static (scores, _, _) => scores);

        var runs = Enumerable.Range(0, Seeds).Select(seed =>
        {
            var learner = Learner(seed);
            var random = new Random(seed);
            Run(learner, data, random, 1000, truth);
            return (Known: truth.Gap(learner, data.Models), Lost: Run(learner, data, random, 500, truth));
        }).ToList();
        Report($"after 1,000: known {Mean(runs, run => run.Known)}, lost in the next 500 {Mean(runs, run => run.Lost)}");

        // The best single model is 4.9 points behind on these rows. What is lost includes what is tried.
        Assert.InRange(runs.Average(run => run.Known), 0, 0.037);
        Assert.InRange(runs.Average(run => run.Lost), 0, 0.049);
    }

    [Fact]
    public void A_fall_of_the_best_model_is_made_good_within_500_requests()
    {
        var data = RoutingData.Load();
        var runs = Drift(data, static (scores, best, _) => [.. scores.Select((score, model) => model == best ? score * 0.2 : score)]);
        Report("fall", runs);

        // Not further from the best choice than before the drift, give or take a point, and not in what is really scored either.
        Assert.InRange(runs.Average(run => run.Hit), 0.15, 1);
        Assert.InRange(runs.Average(run => run.Recovered), 0, runs.Average(run => run.Settled) + 0.01);
        Assert.InRange(runs.Average(run => run.Later), 0, runs.Average(run => run.Calm) + 0.01);
    }

    [Fact]
    public void When_the_best_model_and_the_worst_change_places_most_of_it_is_made_good_within_500_requests()
    {
        var data = RoutingData.Load();
        var runs = Drift(data, static (scores, best, worst) => [.. scores.Select((score, model) => scores[model == best ? worst : model == worst ? best : model])]);
        Report("swap", runs);

        // The model that became the best was known to be the worst, and is hardly tried.
        Assert.InRange(runs.Average(run => run.Hit), 0.15, 1);
        Assert.InRange(runs.Average(run => run.Recovered), 0, 0.05);
        Assert.InRange(runs.Average(run => run.Later), 0, 0.065);
    }

    private static List<DriftRun> Drift(RoutingData data, Func<double[], int, int, double[]> change)
    {
        var (before, after) = (new Truth(data, static (scores, _, _) => scores), new Truth(data, change));
        return [.. Enumerable.Range(0, Seeds).Select(seed =>
        {
            var learner = Learner(seed);
            var random = new Random(seed);
            Run(learner, data, random, DriftAt - 500, before);
            var calm = Run(learner, data, random, 500, before);
            var (settled, hit) = (before.Gap(learner, data.Models), after.Gap(learner, data.Models));
            var lost = Run(learner, data, random, 250, after);
            var later = Run(learner, data, random, 250, after);
            return new DriftRun(settled, calm, hit, after.Gap(learner, data.Models), lost, later);
        })];
    }

    private static ModelLearner Learner(long seed) => new(new(), Masses, share: 1, seed, curbAfter: 60);

    // Gets what was lost against the best model of each task, for each request.
    private static double Run(ModelLearner learner, RoutingData data, Random random, int requests, Truth truth)
    {
        var lost = 0.0;
        for (var i = 0; i < requests; i++)
        {
            var row = random.Next(data.Tasks.Length);
            var choice = learner.Choose(data.Models, data.Tasks[row], ComplexityLevel.Medium);
            learner.Observe(data.Models[choice.Index], data.Tasks[row], ComplexityLevel.Medium, truth.ScoresOf(row)[choice.Index]);
            lost += truth.Loss(data.Tasks[row], choice.Index);
        }

        return lost / requests;
    }

    private static string Mean<T>(List<T> runs, Func<T, double> value) => (100 * runs.Average(value)).ToString("F1", CultureInfo.InvariantCulture);

    private static void Report(string drift, List<DriftRun> runs) => Report(
        $"{drift}: known {Mean(runs, run => run.Settled)} before, {Mean(runs, run => run.Hit)} at once, {Mean(runs, run => run.Recovered)} after 500 requests; " +
        $"lost {Mean(runs, run => run.Calm)} before, {Mean(runs, run => run.Lost)} in the first 250 requests, {Mean(runs, run => run.Later)} in the next");

    private static void Report(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);

    private sealed record DriftRun(double Settled, double Calm, double Hit, double Recovered, double Lost, double Later);

    /// <summary>What each model really scores at each task.</summary>
    private sealed class Truth
    {
        private readonly double[][] _scores;
        private readonly Dictionary<string, (double Share, double[] Means)> _tasks;

        public Truth(RoutingData data, Func<double[], int, int, double[]> change)
        {
            var means = data.Models.Select((_, model) => data.Scores.Average(scores => scores[model])).ToList();
            var (best, worst) = (means.IndexOf(means.Max()), means.IndexOf(means.Min()));
            _scores = [.. data.Scores.Select(scores => change(scores, best, worst))];
            _tasks = data.Tasks.Index().GroupBy(row => row.Item).ToDictionary(rows => rows.Key, rows => (
                (double)rows.Count() / data.Tasks.Length,
                data.Models.Select((_, model) => rows.Average(row => _scores[row.Index][model])).ToArray()));
        }

        public double[] ScoresOf(int row) => _scores[row];

        /// <summary>Gets by how much a model is worse than the best at a task.</summary>
        public double Loss(string task, int model) => _tasks[task].Means.Max() - _tasks[task].Means[model];

        /// <summary>Gets how far what the learner knows best stays behind the best model of each task.</summary>
        public double Gap(ModelLearner learner, string[] models) => _tasks.Sum(task => task.Value.Share * Loss(
            task.Key, Enumerable.Range(0, models.Length).MaxBy(model => learner.Expect(models[model], task.Key, ComplexityLevel.Medium).Mean)));
    }
}
