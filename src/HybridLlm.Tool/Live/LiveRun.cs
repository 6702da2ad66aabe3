using System.Diagnostics;
using HybridLlm.Tool.Files;
using Microsoft.Extensions.AI;

namespace HybridLlm.Tool.Live;

/// <summary>Answers tasks through a client, one after another, and checks the answers.</summary>
internal sealed class LiveRun(IHybridLlmClient client, LiveSettings settings)
{
    /// <summary>Answers a task with one model.</summary>
    public Task<LiveAnswer> AnswerWithAsync(string model, TaskRow row, CancellationToken cancellationToken) =>
        AnswerAsync(row, RequestFor(row) with { Model = model, EscalationThreshold = 0 }, learns: false, cancellationToken);

    /// <summary>Answers a task as the router sees fit, and tells it whether that was right.</summary>
    public Task<LiveAnswer> AnswerAsync(TaskRow row, CancellationToken cancellationToken)
    {
        var request = RequestFor(row);
        return AnswerAsync(row, settings.UseTrueTasks ? request with { TaskType = row.TaskType } : request, learns: true, cancellationToken);
    }

    private async Task<LiveAnswer> AnswerAsync(TaskRow row, LlmRequest request, bool learns, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        LlmResponse response;
        try
        {
            response = await client.GenerateAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HybridLlmException exception)
        {
            throw new InputException($"Task {row.Id}: {exception.Message}", exception);
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var isRight = Check(row, response.Text);
        if (learns)
        {
            await client.RecordFeedbackAsync(response.ResponseId, isRight ? Feedback.Accepted : Feedback.Rejected, cancellationToken).ConfigureAwait(false);
        }

        var attempts = response.Trace.Attempts;
        return new(
            response.Model,
            isRight,
            seconds,
            attempts.Any(attempt => attempt.Status == OutcomeStatus.Escalated),
            response.Trace.Plan.Profile.TaskType,
            attempts.FirstOrDefault(attempt => attempt.Model == response.Model && attempt.Confidence is not null)?.Confidence?.Value,
            response.Text);
    }

    private LlmRequest RequestFor(TaskRow row)
    {
        var options = new ChatOptions { Temperature = 0, MaxOutputTokens = settings.MaxTokens };
        if (settings.KeepsNoPrompts)
        {
            options.AdditionalProperties = new() { ["cache_prompt"] = false };
        }

        if (settings.UseSchemas && row.Schema is { } schema)
        {
            options.ResponseFormat = ChatResponseFormat.ForJsonSchema(schema, "answer");
        }

        return new([new ChatMessage(ChatRole.User, row.Prompt)], options);
    }

    private static bool Check(TaskRow row, string answer)
    {
        try
        {
            return row.Check.Passes(answer);
        }
        catch (FormatException exception)
        {
            throw new InputException($"Task {row.Id}: {exception.Message}", exception);
        }
    }
}
