using System.Diagnostics;
using HybridLlm.Learning;
using HybridLlm.Tool.Files;
using HybridLlm.Tool.Learning;

namespace HybridLlm.Tool.Routing;

/// <summary>
/// Sends rows as requests, one after another, to models of which nothing is known at first, and learns from the score of each answer and of no other: what the router
/// does in an application, with the same engine.
/// </summary>
/// <param name="models">The models to choose among.</param>
/// <param name="trueTasks">Whether the tasks of requests are read, instead of told from the prompt.</param>
/// <param name="order">The order of the requests.</param>
/// <param name="seed">What chance follows from.</param>
/// <param name="drift">The request at which the best model and the worst change places; <see langword="null"/> for never.</param>
/// <param name="cancellationToken">Ends the run.</param>
internal sealed class OnlineRun(ModelSet models, bool trueTasks, RequestOrder order, int seed, int? drift, CancellationToken cancellationToken)
{
    private const string NoTask = "general";
    private const int Stretch = 250;

    // Every request may explore, so that draws become surer with what is known of a task, which loses less and learns no slower. What is known of a model at
    // other tasks weighs little, since it soon knows each of them.
    private const double ExploringShare = 1;
    private const double CurbAfter = 60;
    private static readonly PriorMasses Masses = new(Profile: 4, Cell: 3);

    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>Runs the requests.</summary>
    /// <param name="train">Rows by whose tasks is learned to tell tasks; their scores are not read, unless these are the requests themselves.</param>
    /// <param name="test">The requests; <see langword="null"/> for the training rows, their tasks told fold by fold.</param>
    /// <param name="folds">The number of folds.</param>
    public (List<RouteDecision> Decisions, RouteSummary Summary) Run(List<RouteRow> train, List<RouteRow>? test, int folds)
    {
        var rows = test ?? train;
        if (drift is { } at && (at < 1 || at >= rows.Count))
        {
            throw new InputException($"--drift {at}: there are {rows.Count} requests, so that it must be from 1 to {rows.Count - 1}.");
        }

        var told = trueTasks ? [.. rows.Select(row => new[] { new TaskShare(row.Task ?? NoTask, 1) })] : test is null
            ? Folds.Decide(train, row => row.Prompt, folds, seed, TellTasks)
            : TellTasks(train, test);
        var tasks = told.Select(shares => shares[0].Task).ToArray();
        var scores = rows.Select(models.ScoresOf).ToArray();
        var truth = rows.Select((row, i) => row.Task ?? tasks[i]).ToArray();
        var (requests, shuffled) = RequestQueue.Of(tasks, order, seed);
        var learner = new ModelLearner(new(), Masses, ExploringShare, seed, CurbAfter);
        var chosen = new int[rows.Count];
        var met = new double[rows.Count][];
        var decisions = new RouteDecision[rows.Count];
        var curve = new List<OnlinePoint>();
        var best = BestPerTask(truth, scores);
        var (regret, explored, total, reached, possible) = (0.0, 0, 0.0, 0.0, 0.0);
        for (var number = 1; number <= requests.Length; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var row = requests[number - 1];
            if (number - 1 == drift)
            {
                Swap(scores);
                best = BestPerTask(truth, scores);
            }

            var choice = learner.Choose(models.Names, told[row], complexity: null);
            var score = scores[row][choice.Index];
            learner.Observe(models.Names[choice.Index], told[row], ComplexityLevel.Medium, score);
            (chosen[row], met[row]) = (choice.Index, [.. scores[row]]);
            decisions[row] = new(row, models.Names[choice.Index], tasks[row], Math.Round(choice.Expected, 4));
            explored += choice.Explores ? 1 : 0;
            total += score;
            reached += score;
            possible += scores[row][best[truth[row]]];
            regret += scores[row][best[truth[row]]] - score;
            if (number % Stretch == 0 || number == requests.Length)
            {
                var length = number % Stretch == 0 ? Stretch : number % Stretch;
                curve.Add(new(number, Round(reached / length), Round(possible / length), Round(Known(learner, told, scores)), Round(Mean(scores, i => best[truth[i]])), Round(regret)));
                (reached, possible) = (0, 0);
            }
        }

        // What ours is compared with was learned from the training rows beforehand, and meets the models as they were when the request came.
        var baselines = new RouteRun(models, trueTasks, seed, withMeaning: false, cancellationToken).Choose(train, test, folds);
        var policies = Policies.Compare(models, [.. met], [.. baselines.Select((pick, row) => pick with { Ours = chosen[row] })], seed);
        var online = new OnlineSummary(rows.Count, shuffled, drift, Round((double)explored / rows.Count), Round(regret), curve);
        return ([.. decisions], Summarize(train.Count, test is null ? folds : null, decisions, total / rows.Count, policies, online));
    }

    private TaskShare[][] TellTasks(List<RouteRow> train, List<RouteRow> requests)
    {
        var sample = Sample.Of(train, SuccessPredictor.MostRows, seed);
        var (predictor, _) = TaskPredictor.Fit(sample.ConvertAll(row => Features.Of(row.Prompt)), sample.ConvertAll(row => row.Task ?? NoTask), cancellationToken);
        return [.. requests.Select(row =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return predictor.Tell(Features.Of(row.Prompt));
        })];
    }

    private static Dictionary<string, int> BestPerTask(string[] tasks, double[][] scores) => Enumerable.Range(0, tasks.Length)
        .GroupBy(row => tasks[row], StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => Choice.Best([.. Enumerable.Range(0, scores[0].Length).Select(model => group.Average(row => scores[row][model]))]), StringComparer.Ordinal);

    // The best model and the worst change places: whoever relies on what he knows of them is wrong everywhere at once.
    private static void Swap(double[][] scores)
    {
        var means = Enumerable.Range(0, scores[0].Length).Select(model => scores.Average(row => row[model])).ToArray();
        var (best, worst) = (Choice.Best(means), Choice.Best([.. means.Select(mean => -mean)]));
        foreach (var row in scores)
        {
            (row[best], row[worst]) = (row[worst], row[best]);
        }
    }

    // What the models would score that are best as far as the learner knows, without exploring.
    private double Known(ModelLearner learner, TaskShare[][] told, double[][] scores)
    {
        var expected = told.SelectMany(shares => shares).Select(share => share.Task).Distinct(StringComparer.Ordinal).ToDictionary(
            task => task, task => models.Names.Select(model => learner.Expect(model, task, complexity: null).Mean).ToArray(), StringComparer.Ordinal);
        return Mean(scores, row => Choice.Best([.. models.Names.Select((_, model) => told[row].Sum(share => share.Share * expected[share.Task][model]))]));
    }

    private static double Mean(double[][] scores, Func<int, int> choose) => Enumerable.Range(0, scores.Length).Average(row => scores[row][choose(row)]);

    private RouteSummary Summarize(int learnedFrom, int? folds, RouteDecision[] decisions, double score, List<PolicyResult> policies, OnlineSummary online) => new()
    {
        Mode = "online",
        Rows = decisions.Length,
        LearnedFrom = learnedFrom,
        Folds = folds,
        Seconds = Math.Round(Stopwatch.GetElapsedTime(_start).TotalSeconds, 1),
        Models = models.Names,
        TrueTasks = trueTasks,
        WithScores = decisions.Length,
        Score = Round(score),
        Policies = policies,
        Chosen = new SortedDictionary<string, int>(decisions.GroupBy(decision => decision.Model).ToDictionary(group => group.Key, group => group.Count()), StringComparer.Ordinal),
        Online = online,
    };

    private static double Round(double value) => Math.Round(value, 4);
}
