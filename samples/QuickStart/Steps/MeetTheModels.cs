using System.Diagnostics;
using HybridLlm;
using QuickStart.Rendering;

namespace QuickStart.Steps;

/// <summary>Asks each model one question. The host started the servers in the background; a request to one that is still loading waits for it.</summary>
internal sealed class MeetTheModels(IHybridLlmClient client, IPerformanceTracker tracker, Report report) : IStep
{
    /// <summary>A task type of the application's own. These answers contain the time that loading takes, so they count for no other task.</summary>
    public const string TaskType = "warm_up";

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        report.Title("Two models of this sample, each in a llama-server that was started for it");
        foreach (var model in new[] { "tiny-fast", "tiny-smart" })
        {
            var request = new LlmRequest("Which city is the capital of France?", TaskType) { Model = model };
            var started = Stopwatch.GetTimestamp();
            var response = await client.GenerateAsync(request, cancellationToken);
            if (response.Model != model)
            {
                throw new SampleException($"{model} did not answer:\n{response.Trace}");
            }

            report.Ready(model, Stopwatch.GetElapsedTime(started), request.Messages[0].Text, response.Text);
        }

        var loaded = tracker.GetAll().Where(p => p.TaskType != TaskType).Sum(p => p.Total);
        report.Note(loaded == 0
            ? "Nothing was measured before: this is the first run."
            : $"Loaded {loaded} outcomes of earlier runs: this run begins with what they taught.");
    }
}
