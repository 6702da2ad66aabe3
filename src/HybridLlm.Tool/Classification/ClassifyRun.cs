using System.Diagnostics;

namespace HybridLlm.Tool.Classification;

/// <summary>Classifies rows one after another and takes the time of each.</summary>
internal static class ClassifyRun
{
    /// <summary>Runs a classifier over all rows.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="warmUp">The number of rows to classify first, without taking their time.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    public static async Task<(List<Decision> Decisions, List<double> Microseconds)> RunAsync(ITaskClassifier classifier, IReadOnlyList<PromptRow> rows, int warmUp, CancellationToken cancellationToken)
    {
        for (var i = 0; i < warmUp && rows.Count > 0; i++)
        {
            // With another ending, so that no prompt is known when its time is taken.
            await classifier.ClassifyAsync(new($"{rows[i % rows.Count].Prompt} {i}"), cancellationToken).ConfigureAwait(false);
        }

        var decisions = new List<Decision>(rows.Count);
        var microseconds = new List<double>(rows.Count);
        foreach (var row in rows)
        {
            var request = new LlmRequest(row.Prompt);
            var start = Stopwatch.GetTimestamp();
            var profile = await classifier.ClassifyAsync(request, cancellationToken).ConfigureAwait(false);
            microseconds.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            decisions.Add(Decision.From(row, profile));
        }

        return (decisions, microseconds);
    }
}
