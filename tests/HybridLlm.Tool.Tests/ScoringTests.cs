using HybridLlm.Tool.Classification;

namespace HybridLlm.Tool.Tests;

public sealed class ScoringTests
{
    [Fact]
    public void Calibration_error_is_the_weighted_distance_of_confidence_from_what_was_right()
    {
        // Ten at .95 of which nine are right, and ten at .55 of which two are.
        var told = Enumerable.Range(0, 10).Select(i => (0.95, i < 9)).Concat(Enumerable.Range(0, 10).Select(i => (0.55, i < 2))).ToList();

        Assert.Equal((0.5 * 0.05) + (0.5 * 0.35), Scoring.CalibrationError(told), 4);
    }

    [Fact]
    public void Calibration_error_of_certainty_that_is_right_is_none() => Assert.Equal(0, Scoring.CalibrationError([(1, true), (1, true)]));

    [Fact]
    public void Summary_of_nothing_has_no_figures()
    {
        var summary = Scoring.Summarize([], [], []);

        Assert.Equal((0, null, null), (summary.Prompts, summary.Accuracy, summary.LevelAccuracy));
    }
}
