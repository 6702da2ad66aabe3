namespace HybridLlm.Classification;

/// <summary>Makes one opinion of two.</summary>
internal static class Opinions
{
    private const int Candidates = 3;
    private const int Levels = 3;

    /// <summary>Weighs two profiles against each other.</summary>
    /// <param name="first">The first opinion; what is not guessed is kept from it.</param>
    /// <param name="second">The second.</param>
    /// <param name="options">How much the second counts.</param>
    /// <param name="isLevelGiven">Whether the complexity is the caller's word.</param>
    public static TaskProfile Combine(TaskProfile first, TaskProfile second, SecondOpinionOptions options, bool isLevelGiven)
    {
        var shares = new Dictionary<string, double>(StringComparer.Ordinal);
        Add(first.Candidates, 1 - options.Weight);
        Add(second.Candidates, options.Weight);
        TaskCandidate[] types = [.. shares.Select(pair => new TaskCandidate(pair.Key, pair.Value)).OrderByDescending(c => c.Probability).ThenBy(c => c.TaskType, StringComparer.Ordinal)];
        var candidates = types[..Math.Min(Candidates, types.Length)];
        var type = candidates[0].TaskType;

        // Each opinion has its say on how sure the type is: its confidence where it was its own first choice, its probability where not.
        var confidence = ((1 - options.Weight) * ConfidenceOf(first, type)) + (options.Weight * ConfidenceOf(second, type));
        var combined = first with
        {
            TaskType = type,
            TaskConfidence = confidence,
            Candidates = candidates,
            Source = ProfileSource.Prompt,
            Abstained = false,
        };
        combined = isLevelGiven ? combined : WithLevel(combined, GivenTypes(first, types), second, options.ComplexityWeight);
        return combined with { EstimatedOutputTokens = AnswerLength.Estimate(type, combined.Complexity, first.EstimatedInputTokens) };

        void Add(IReadOnlyList<TaskCandidate> list, double weight)
        {
            foreach (var (name, probability) in list)
            {
                shares[name] = shares.GetValueOrDefault(name) + (weight * probability);
            }
        }
    }

    private static double ConfidenceOf(TaskProfile profile, string type)
    {
        for (var i = 0; i < profile.Candidates.Count; i++)
        {
            if (profile.Candidates[i].TaskType == type)
            {
                return i == 0 ? profile.TaskConfidence : profile.Candidates[i].Probability;
            }
        }

        return 0;
    }

    // How hard the words are hangs on what they ask for, and that is better known now than when the levels were told.
    private static TaskProfile GivenTypes(TaskProfile first, TaskCandidate[] types)
    {
        if (first.ComplexityProbabilities is not ToldLevels told)
        {
            return first;
        }

        var levels = told.Given(types);
        return first with
        {
            Complexity = levels.Likeliest,
            ComplexityScore = ComplexityScore.Move(first.ComplexityScore, first.Complexity, levels.Likeliest),
            ComplexityConfidence = levels.Confidence,
            ComplexityProbabilities = levels,
        };
    }

    private static TaskProfile WithLevel(TaskProfile combined, TaskProfile first, TaskProfile second, double weight)
    {
        double[]? shares = first.ComplexityProbabilities.Count == Levels && second.ComplexityProbabilities.Count == Levels
            ? [.. first.ComplexityProbabilities.Zip(second.ComplexityProbabilities, (a, b) => ((1 - weight) * a) + (weight * b))]
            : null;
        var (level, confidence) = shares is null ? Surer(first, second, weight) : Likeliest(shares, first, second, weight);

        // How hard a prompt is among those of its level is learned from how models fared, which second opinions know nothing of.
        return combined with
        {
            Complexity = level,
            ComplexityConfidence = confidence,
            ComplexityScore = ComplexityScore.Move(first.ComplexityScore, first.Complexity, level),
            ComplexityProbabilities = shares ?? first.ComplexityProbabilities,
        };
    }

    private static (ComplexityLevel Level, double Confidence) Likeliest(double[] shares, TaskProfile first, TaskProfile second, double weight)
    {
        var level = shares.IndexOf(shares.Max());
        return ((ComplexityLevel)level, ((1 - weight) * ConfidenceOf(first, level)) + (weight * ConfidenceOf(second, level)));
    }

    private static double ConfidenceOf(TaskProfile profile, int level) =>
        (int)profile.Complexity == level ? profile.ComplexityConfidence : profile.ComplexityProbabilities[level];

    // Who says but one level, and how sure that is, has nothing to say of the others.
    private static (ComplexityLevel Level, double Confidence) Surer(TaskProfile first, TaskProfile second, double weight)
    {
        var one = (1 - weight) * first.ComplexityConfidence;
        var two = weight * second.ComplexityConfidence;
        return first.Complexity == second.Complexity ? (first.Complexity, one + two) : one >= two ? (first.Complexity, one) : (second.Complexity, two);
    }
}
