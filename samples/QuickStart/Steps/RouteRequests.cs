using HybridLlm;
using QuickStart.Rendering;
using QuickStart.Requests;

namespace QuickStart.Steps;

/// <summary>Sends requests of several task types, says of each answer whether it was right, and watches the first choices move.</summary>
internal sealed class RouteRequests(IHybridLlmClient client, Report report) : IStep
{
    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        report.Title("Requests of eight task types; who answers is decided by what was measured");
        var before = await FirstChoicesAsync(cancellationToken);
        foreach (var sample in SampleRequest.All)
        {
            var response = await client.GenerateAsync(new LlmRequest(sample.Prompt, sample.TaskType), cancellationToken);
            var isRight = sample.IsRight(response.Text);
            report.Answer(sample.TaskType, sample.Prompt, response, isRight);

            // This is how an application says what an answer was worth: a thumb of its user, a test that passed, a value that checked out.
            await client.RecordFeedbackAsync(response.ResponseId, isRight ? Feedback.Accepted : Feedback.Rejected, cancellationToken);
        }

        report.Title("First choice of each task type, before and after");
        report.Moves(before, await FirstChoicesAsync(cancellationToken));
    }

    /// <summary>Asks for plans only: no model is called.</summary>
    private async Task<List<RoutePlan>> FirstChoicesAsync(CancellationToken cancellationToken)
    {
        var plans = new List<RoutePlan>();
        foreach (var sample in SampleRequest.All.DistinctBy(s => s.TaskType))
        {
            plans.Add(await client.PlanAsync(new LlmRequest(sample.Prompt, sample.TaskType), cancellationToken));
        }

        return plans;
    }
}
