using HybridLlm;
using Microsoft.Extensions.Options;
using QuickStart.Rendering;

namespace QuickStart.Steps;

/// <summary>Shows what was measured, in this run and in earlier ones.</summary>
internal sealed class ShowPerformance(IPerformanceTracker tracker, IOptions<HybridLlmOptions> options, Report report) : IStep
{
    /// <summary>Where the folder of the measurements is configured.</summary>
    public const string PathKey = "HybridLlm:Metrics:Path";

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken cancellationToken)
    {
        report.Title("What was measured of each model");
        report.Performance(tracker.GetAll().Where(p => p.TaskType != MeetTheModels.TaskType));
        report.Note($"Saved in {options.Value.Metrics.Path}. The next run begins with it; delete the folder to begin anew.");
        return Task.CompletedTask;
    }
}
