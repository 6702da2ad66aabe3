namespace HybridLlm.Tool.Routing;

/// <summary>A prompt, what it is, and how well each model did on it.</summary>
internal sealed record RouteRow
{
    public required string Prompt { get; init; }

    /// <summary>The task, by any name. It may be learned from; of rows to decide about it is read only where the user asks for it.</summary>
    public string? Task { get; init; }

    /// <summary>How well each model did, 0 to 1.</summary>
    public Dictionary<string, double>? Scores { get; init; }

    /// <summary>Says what is wrong with the scores of a row.</summary>
    /// <param name="models">The models that are chosen among.</param>
    /// <param name="mustHave">Whether scores may not be missing altogether.</param>
    public string? WhatIsWrong(IReadOnlyList<string> models, bool mustHave)
    {
        if (Scores is null)
        {
            return mustHave ? "the row has no scores, so nothing can be learned from it. Add how well each model did (scores: {model: 0 to 1}), or leave the row out." : null;
        }

        foreach (var model in models)
        {
            if (!Scores.TryGetValue(model, out var score))
            {
                return $"there is no score of '{model}'. Add it, or choose with --only among the models that every row has a score of.";
            }

            if (score is not (>= 0 and <= 1))
            {
                return $"the score of '{model}' is {score}, and not from 0 to 1. Divide it by the highest score that there is.";
            }
        }

        return null;
    }
}
