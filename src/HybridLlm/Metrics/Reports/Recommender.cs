namespace HybridLlm.Metrics.Reports;

/// <summary>Sums → which model to use for each task. What counts as shown is said at <see cref="ModelRecommendation"/>.</summary>
internal static class Recommender
{
    /// <summary>Recommends a model for each task of which there are attempts.</summary>
    public static IReadOnlyList<ModelRecommendation> Recommend(IEnumerable<OutcomeTotals> totals, PriceList prices) =>
        [.. totals
            .Where(static part => part.Attempts > 0)
            .GroupBy(static part => part.Group.TaskType)
            .OrderBy(static task => task.Key, StringComparer.Ordinal)
            .Select(task => RecommendFor(task.Key, task, prices))];

    private static ModelRecommendation RecommendFor(string task, IEnumerable<OutcomeTotals> totals, PriceList prices)
    {
        var models = totals
            .GroupBy(static part => part.Group.Model)
            .Select(static model => (Name: model.Key, Totals: model.ToList(), Attempts: model.Sum(static part => part.Attempts)))
            .OrderByDescending(static model => model.Attempts)
            .ThenBy(static model => model.Name, StringComparer.Ordinal)
            .ToList();
        var inUse = models[0];
        var others = models.Skip(1).ToList();
        var enough = others.Count(other => ArmComparison.Of(other.Totals, inUse.Totals, prices, Statistics.Deviations()).HasEvidence);
        var z = Statistics.Deviations(enough);
        var compared = others.ConvertAll(other => (other.Name, Figures: ArmComparison.Of(other.Totals, inUse.Totals, prices, z)));
        var best = compared
            .Where(static other => IsBetter(other.Figures))
            .OrderByDescending(static other => other.Figures.SucceedsMore ? other.Figures.SuccessDifference : 0)
            .ThenByDescending(static other => other.Figures.IsFaster ? other.Figures.SpeedRatio : 1)
            .ThenBy(static other => other.Figures.CostRatio ?? 1)
            .FirstOrDefault();
        var verdict = best.Name is not null ? RecommendationVerdict.Switch
            : enough > 0 ? RecommendationVerdict.Keep
            : RecommendationVerdict.NotEnoughEvidence;
        return new()
        {
            TaskType = task,
            Verdict = verdict,
            InUse = inUse.Name,
            Model = best.Name ?? (verdict == RecommendationVerdict.Keep ? inUse.Name : null),
            Reason = verdict switch
            {
                RecommendationVerdict.Switch => $"use {best.Name} for {task}: {Finding(best.Figures)}",
                RecommendationVerdict.Keep => $"keep {inUse.Name} for {task}: no other model is shown to do better, n = {Wording.Number(inUse.Attempts)}",
                _ => $"not enough evidence for {task}: {WhyNot(inUse.Name, inUse.Attempts, compared)}",
            },
            Evidence = compared.ConvertAll(static other => new ModelComparison
            {
                Model = other.Name,
                Attempts = other.Figures.Attempts,
                OtherAttempts = other.Figures.OtherAttempts,
                SuccessDifference = other.Figures.SuccessDifference,
                SuccessInterval = other.Figures.SuccessInterval,
                SpeedRatio = other.Figures.SpeedRatio,
                SpeedInterval = other.Figures.SpeedInterval,
                CostRatio = other.Figures.CostRatio,
                Finding = Finding(other.Figures),
            }),
        };
    }

    private static bool IsBetter(ArmComparison figures) =>
        figures.HasEvidence
        && (figures.SucceedsMore || (figures.SucceedsAsOften && (figures.IsFaster || (figures.IsCheaper && figures.IsNotSlower))));

    private static string Finding(ArmComparison figures)
    {
        var n = $"n = {Wording.Number(figures.Attempts)}";
        if (!figures.HasEvidence)
        {
            return $"too few attempts to compare at the same complexity: {Wording.Number(figures.Attempts)} with {Wording.Number(figures.OtherAttempts)},"
                + $" {ModelRecommendation.LeastAttempts} of each are needed";
        }

        if (figures.SucceedsMore || figures.SucceedsLess)
        {
            var speed = figures.IsFaster || figures.IsSlower ? $", {Wording.Speed(figures.SpeedRatio!.Value)}" : "";
            return $"succeeds {(figures.SucceedsMore ? "more" : "less")} often, {Wording.Percent(figures.Success)} instead of"
                + $" {Wording.Percent(figures.OtherSuccess)} ({Wording.Points(figures.SuccessInterval)}){speed}, {n}";
        }

        if (!figures.SucceedsAsOften)
        {
            return $"no difference in success is shown ({Wording.Points(figures.SuccessInterval)}), too unsure to call it equal, {n}";
        }

        return figures.IsFaster || figures.IsSlower ? $"{Wording.Speed(figures.SpeedRatio!.Value)} at equal success, {n}"
            : figures.IsCheaper && figures.IsNotSlower ? $"costs {Wording.Percent(figures.CostRatio)} of it at equal success and speed, {n}"
            : $"equal success, no difference in speed is shown ({Wording.Times(figures.SpeedInterval)}), {n}";
    }

    private static string WhyNot(string inUse, long attempts, List<(string Name, ArmComparison Figures)> compared) => compared.Count == 0
        ? $"only {inUse} was used, n = {Wording.Number(attempts)}"
        : $"{inUse} was used most, n = {Wording.Number(attempts)}, and no other model has {ModelRecommendation.LeastAttempts} attempts to compare with as many of it at the same complexity";
}
