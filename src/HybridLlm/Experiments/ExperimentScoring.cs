using System.Globalization;

namespace HybridLlm.Experiments;

/// <summary>Says of what was collected what it means.</summary>
internal static class ExperimentScoring
{
    /// <summary>Compares the variants of an experiment with its control.</summary>
    /// <param name="name">The name of the experiment.</param>
    /// <param name="configured">Its options; <see langword="null"/> when it is not configured any more.</param>
    /// <param name="folds">What was collected, by variant.</param>
    public static ExperimentResult Score(string name, ExperimentOptions? configured, Dictionary<string, VariantFold> folds)
    {
        var options = configured ?? new ExperimentOptions();
        var names = options.Variants.Keys.Concat(folds.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var control = options.Control is { Length: > 0 } chosen && names.Contains(chosen, StringComparer.Ordinal) ? chosen : names[0];
        foreach (var fold in folds.Values)
        {
            fold.Complete();
        }

        // The variants together may be wrong as seldom as one (Bonferroni).
        var alpha = options.Alpha / Math.Max(1, names.Length - 1);
        var variants = Array.ConvertAll(names, variant => ScoreVariant(variant, control, options, folds, alpha));
        return new()
        {
            Name = name,
            IsConfigured = configured is not null,
            TaskType = options.Task,
            Metric = options.Metric,
            Alpha = options.Alpha,
            LatencyTolerance = options.LatencyTolerance,
            Control = control,
            Variants = variants,
            Recommendation = Recommend(variants, control, options),
        };
    }

    private static VariantResult ScoreVariant(string name, string control, ExperimentOptions options, Dictionary<string, VariantFold> folds, double alpha)
    {
        var fold = folds.GetValueOrDefault(name) ?? new VariantFold();
        var scores = ScoresOf(fold, options.Metric);
        var result = new VariantResult
        {
            Name = name,
            Model = options.Variants.TryGetValue(name, out var own) ? own.Model : null,
            Answers = fold.Answers,
            Failures = fold.Failures,
            Escalations = fold.Escalations,
            Observations = scores.Count,
            Mean = scores.Count == 0 ? null : scores.Average(static observation => observation.Score),
            MeanInterval = scores.Count == 0
                ? null
                : Means.FromUnit(ConfidenceSequence.Of(scores.ConvertAll(static observation => (2 * observation.Score) - 1).ToArray(), alpha)),
            MedianMs = Means.Median([.. fold.Calls.Where(static call => call.DurationMs is not null).Select(static call => call.DurationMs!.Value)]),
        };
        return name == control ? result : Compare(result, fold, folds.GetValueOrDefault(control) ?? new VariantFold(), control, options, alpha);
    }

    private static VariantResult Compare(
        VariantResult result, VariantFold variant, VariantFold control, string controlName, ExperimentOptions options, double alpha)
    {
        var pairs = new BlockPairs(WeightOf(options, controlName), WeightOf(options, result.Name));
        ScoresOf(control, options.Metric).ForEach(observation => pairs.AddControl(observation.Score));
        ScoresOf(variant, options.Metric).ForEach(observation => pairs.AddVariant(observation.Score));
        var differences = pairs.Differences();
        var interval = ConfidenceSequence.Of(differences, alpha);
        var decided = ConfidenceSequence.DecidedAfter(differences, alpha);
        var slower = Slower(variant, control, pairs, options, alpha);
        return result with
        {
            Pairs = differences.Length,
            Difference = differences.Length == 0 ? null : interval,
            DecidedAfter = decided * pairs.Size,
            IsSlower = slower > 0.5,
            SlowerAtLeast = slower,
            Verdict = decided is null ? ExperimentVerdict.Undecided
                : interval.High <= 0 ? ExperimentVerdict.Worse
                : slower > 0.5 ? ExperimentVerdict.BetterButSlower
                : ExperimentVerdict.Better,
        };
    }

    /// <summary>Finds in which share of pairs, at least, the variant takes longer than it may.</summary>
    private static double Slower(VariantFold variant, VariantFold control, BlockPairs like, ExperimentOptions options, double alpha)
    {
        var pairs = like.Empty();
        foreach (var call in control.Calls)
        {
            if (call.DurationMs is { } duration)
            {
                pairs.AddControl(duration);
            }
        }

        foreach (var call in variant.Calls)
        {
            if (call.DurationMs is { } duration)
            {
                pairs.AddVariant(duration);
            }
        }

        var signs = pairs.Compare((own, other) => other > own * options.LatencyTolerance ? 1 : -1);
        return (ConfidenceSequence.Above(signs, alpha) + 1) / 2;
    }

    private static List<Observation> ScoresOf(VariantFold fold, ExperimentMetric metric) => metric == ExperimentMetric.Rating ? fold.Ratings : fold.Calls;

    private static double WeightOf(ExperimentOptions options, string variant) => options.Variants.TryGetValue(variant, out var own) ? own.Weight : 1;

    private static string Recommend(VariantResult[] variants, string control, ExperimentOptions options)
    {
        var better = variants.Where(static variant => variant.Verdict == ExperimentVerdict.Better).MaxBy(static variant => variant.Difference!.Value.Low);
        if (better is not null)
        {
            return $"Use {better.Name}: {Points(better)} than {control}. Nothing changes by itself: edit the options and end the experiment.";
        }

        var slower = variants.Where(static variant => variant.Verdict == ExperimentVerdict.BetterButSlower).MaxBy(static variant => variant.Difference!.Value.Low);
        if (slower is not null)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{slower.Name} is {Points(slower)} than {control}, but in {slower.SlowerAtLeast:P0} of calls or more it takes over {options.LatencyTolerance:0.##} times as long. That is for you to weigh.");
        }

        var open = variants.Where(variant => variant.Name != control && variant.Verdict == ExperimentVerdict.Undecided).ToArray();
        return open.Length > 0
            ? $"Go on: it cannot be told yet whether {string.Join(" or ", open.Select(static variant => variant.Name))} differs from {control}."
            : $"Keep {control}: it is better than {string.Join(" and ", variants.Where(variant => variant.Name != control).Select(static variant => variant.Name))}.";
    }

    private static string Points(VariantResult variant) => string.Create(
        CultureInfo.InvariantCulture, $"better by {100 * variant.Difference!.Value.Low:0.#} to {100 * variant.Difference.Value.High:0.#} points");
}
