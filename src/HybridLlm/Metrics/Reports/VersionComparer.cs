namespace HybridLlm.Metrics.Reports;

/// <summary>Sums → how models did before and after they became another version. What counts as shown is said at <see cref="VersionComparison"/>.</summary>
internal static class VersionComparer
{
    private const int LeastRatings = 10;

    /// <summary>Compares two versions of each model that has two.</summary>
    public static IReadOnlyList<VersionComparison> Compare(IEnumerable<OutcomeTotals> totals, string? before, string? after, PriceList prices) =>
        [.. totals
            .Where(static part => part.Group.ModelVersion is not null)
            .GroupBy(static part => (part.Group.Model, part.Group.Provider))
            .OrderBy(static model => model.Key.Model, StringComparer.Ordinal)
            .ThenBy(static model => model.Key.Provider, StringComparer.Ordinal)
            .SelectMany(model => CompareModel(model.Key.Model, model.Key.Provider, [.. model], before, after, prices))];

    private static IEnumerable<VersionComparison> CompareModel(
        string model, string provider, List<OutcomeTotals> totals, string? before, string? after, PriceList prices)
    {
        var versions = totals
            .GroupBy(static part => part.Group.ModelVersion!)
            .Select(static version => (Name: version.Key, Totals: version.ToList(), First: version.Min(static part => part.First)))
            .OrderBy(static version => version.First)
            .ThenBy(static version => version.Name, StringComparer.Ordinal)
            .ToList();
        var later = after is null && before is null ? versions.Count - 1
            : after is null ? versions.FindLastIndex(version => version.Name != before)
            : versions.FindIndex(version => version.Name == after);
        var earlier = before is null ? later - 1 : versions.FindIndex(version => version.Name == before);
        if (earlier < 0 || later < 0 || earlier == later)
        {
            yield break;
        }

        var common = versions[earlier].Totals.Select(static part => part.Group.TaskType)
            .Intersect(versions[later].Totals.Select(static part => part.Group.TaskType), StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToList();
        foreach (var task in common.Prepend(null))
        {
            yield return Compare(
                model,
                provider,
                task,
                (versions[earlier].Name, versions[earlier].Totals.FindAll(IsWanted)),
                (versions[later].Name, versions[later].Totals.FindAll(IsWanted)),
                prices);

            bool IsWanted(OutcomeTotals part) => task is null ? common.Contains(part.Group.TaskType) : part.Group.TaskType == task;
        }
    }

    private static VersionComparison Compare(
        string model, string provider, string? task, (string Name, List<OutcomeTotals> Totals) before, (string Name, List<OutcomeTotals> Totals) after, PriceList prices)
    {
        var figures = ArmComparison.Of(after.Totals, before.Totals, prices, Statistics.Deviations());
        var verdict = VerdictOf(figures);
        var (satisfaction, limits) = CompareRatings(Summaries.Sum(before.Totals), Summaries.Sum(after.Totals));
        return new()
        {
            Model = model,
            Provider = provider,
            TaskType = task,
            Before = before.Name,
            After = after.Name,
            BeforeFigures = Summaries.Of(before.Totals, prices, model, provider, task),
            AfterFigures = Summaries.Of(after.Totals, prices, model, provider, task),
            Verdict = verdict,
            SuccessDifference = figures.SuccessDifference,
            SuccessInterval = figures.SuccessInterval,
            SpeedRatio = figures.SpeedRatio,
            SpeedInterval = figures.SpeedInterval,
            SatisfactionDifference = satisfaction,
            SatisfactionInterval = limits,
            Finding = FindingOf(figures, verdict),
        };
    }

    private static ComparisonVerdict VerdictOf(ArmComparison figures) =>
        !figures.HasEvidence ? ComparisonVerdict.NotEnoughEvidence
        : figures.SucceedsMore ? ComparisonVerdict.Better
        : figures.SucceedsLess ? ComparisonVerdict.Worse
        : figures is { SucceedsAsOften: true, IsFaster: true } ? ComparisonVerdict.Better
        : figures.IsSlower && figures.SuccessInterval is { High: < ArmComparison.Margin } ? ComparisonVerdict.Worse
        : ComparisonVerdict.NoDifference;

    private static string FindingOf(ArmComparison figures, ComparisonVerdict verdict)
    {
        var n = $"n = {Wording.Number(figures.OtherAttempts)} before and {Wording.Number(figures.Attempts)} after";
        return verdict switch
        {
            ComparisonVerdict.NotEnoughEvidence => $"not enough evidence: {ModelRecommendation.LeastAttempts} attempts of each version at the same complexity are needed, {n}",
            ComparisonVerdict.NoDifference => $"no difference that matters is shown: success {Wording.Points(figures.SuccessInterval)}, speed {Wording.Times(figures.SpeedInterval)}, {n}",
            _ when figures.SucceedsMore || figures.SucceedsLess =>
                $"succeeds {(figures.SucceedsMore ? "more" : "less")} often: {Wording.Percent(figures.Success)} instead of {Wording.Percent(figures.OtherSuccess)}"
                + $" ({Wording.Points(figures.SuccessInterval)}), {n}",
            _ => $"{Wording.Speed(figures.SpeedRatio!.Value)} at equal success, {n}",
        };
    }

    private static (double? Difference, ConfidenceInterval? Limits) CompareRatings(OutcomeTotals before, OutcomeTotals after)
    {
        if (before.Ratings == 0 || after.Ratings == 0)
        {
            return (null, null);
        }

        var difference = (after.RatingSum / after.Ratings) - (before.RatingSum / before.Ratings);
        if (before.Ratings < LeastRatings || after.Ratings < LeastRatings)
        {
            return (difference, null);
        }

        var half = Statistics.Deviations() * Math.Sqrt((VarianceOf(before) / before.Ratings) + (VarianceOf(after) / after.Ratings));
        return (difference, new(Math.Max(-1, difference - half), Math.Min(1, difference + half)));
    }

    private static double VarianceOf(OutcomeTotals totals) =>
        Math.Max(0, totals.RatingSquares - (totals.RatingSum * totals.RatingSum / totals.Ratings)) / (totals.Ratings - 1);
}
