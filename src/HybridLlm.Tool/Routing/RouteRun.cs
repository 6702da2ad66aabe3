using System.Diagnostics;
using HybridLlm.Tool.Learning;

namespace HybridLlm.Tool.Routing;

/// <summary>Learns from rows, chooses a model for others, and says how well.</summary>
/// <param name="models">The models to choose among.</param>
/// <param name="trueTasks">Whether the tasks of the rows to decide about are read, instead of told from the prompt.</param>
/// <param name="seed">What chance follows from.</param>
/// <param name="withMeaning">Whether the encoder is asked what prompts mean.</param>
/// <param name="cancellationToken">Ends the run.</param>
internal sealed class RouteRun(ModelSet models, bool trueTasks, int seed, bool withMeaning, CancellationToken cancellationToken)
{
    private const int Neighbours = 50;
    private const string NoTask = "general";

    private readonly PromptReader _reader = new(withMeaning);
    private readonly SortedDictionary<string, int> _adjusted = new(StringComparer.Ordinal);
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>Learns from one set of rows and chooses for another.</summary>
    public (List<RouteDecision> Decisions, RouteSummary Summary) Train(List<RouteRow> train, List<RouteRow> test) => Summarize(test, Choose(train, test), train.Count, folds: null);

    /// <summary>Chooses for each fold of rows by what is learned from the others.</summary>
    public (List<RouteDecision> Decisions, RouteSummary Summary) CrossValidate(List<RouteRow> rows, int folds) =>
        Summarize(rows, Choose(rows, test: null, folds), rows.Count - (rows.Count / folds), folds);

    /// <summary>Chooses for rows by what is learned from others: without rows to decide about, for each fold of the training rows by the rest of them.</summary>
    public RoutePick[] Choose(List<RouteRow> train, List<RouteRow>? test, int folds) =>
        test is null ? Folds.Decide(train, row => row.Prompt, folds, seed, Choose) : Choose(train, test);

    private RoutePick[] Choose(List<RouteRow> train, List<RouteRow> test)
    {
        var sample = Sample.Of(train, SuccessPredictor.MostRows, seed);
        _reader.Prepare(sample.Concat(test).Select(row => row.Prompt), cancellationToken);
        var predictor = SuccessPredictor.Fit(
            sample.ConvertAll(row => _reader.Read(row.Prompt)), sample.ConvertAll(row => row.Task ?? NoTask), [.. sample.Select(models.ScoresOf)], cancellationToken);
        foreach (var task in predictor.Adjusted)
        {
            _adjusted[task] = _adjusted.GetValueOrDefault(task) + 1;
        }

        var single = Choice.Best([.. predictor.Overall]);
        return [.. test.Select(row =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var prediction = predictor.Predict(_reader.Read(row.Prompt), trueTasks ? row.Task : null, Neighbours);
            var ours = Choice.Best(prediction.Expected);
            return new RoutePick(ours, prediction.Expected[ours], prediction.Task, single, Choice.Best(prediction.ByTask), Choice.Best(prediction.ByNeighbours));
        })];
    }

    private (List<RouteDecision> Decisions, RouteSummary Summary) Summarize(List<RouteRow> rows, RoutePick[] picks, int learnedFrom, int? folds)
    {
        var decisions = picks.Select((pick, index) => new RouteDecision(index, models.Names[pick.Ours], pick.Task, Math.Round(Math.Clamp(pick.Expected, 0, 1), 4))).ToList();
        var known = Enumerable.Range(0, rows.Count).Where(i => rows[i].Scores is not null).ToList();
        var policies = known.Count == 0 ? null : Policies.Compare(models, known.ConvertAll(i => models.ScoresOf(rows[i])), known.ConvertAll(i => picks[i]), seed);
        return (decisions, new()
        {
            Mode = "frozen",
            Rows = rows.Count,
            LearnedFrom = Math.Min(learnedFrom, SuccessPredictor.MostRows),
            Folds = folds,
            Seconds = Math.Round(Stopwatch.GetElapsedTime(_start).TotalSeconds, 1),
            Models = models.Names,
            TrueTasks = trueTasks,
            WithScores = known.Count,
            Score = policies?[^1].Score,
            Policies = policies,
            Chosen = ChosenOf(decisions),
            AdjustedTasks = _adjusted,
        });
    }

    private static SortedDictionary<string, int> ChosenOf(List<RouteDecision> decisions) =>
        new(decisions.GroupBy(decision => decision.Model).ToDictionary(group => group.Key, group => group.Count()), StringComparer.Ordinal);
}
