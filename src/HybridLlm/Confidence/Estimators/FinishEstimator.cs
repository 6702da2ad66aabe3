using Microsoft.Extensions.AI;

namespace HybridLlm.Confidence.Estimators;

/// <summary>Looks at how an answer ended, and whether it says anything at all.</summary>
internal sealed class FinishEstimator : IConfidenceEstimator
{
    /// <inheritdoc/>
    public string Name => "finish";

    /// <inheritdoc/>
    public ValueTask<ConfidenceSignal?> EstimateAsync(ConfidenceContext context, CancellationToken cancellationToken = default)
    {
        var reason = context.Response.FinishReason;
        if (reason == ChatFinishReason.ContentFilter)
        {
            return Signal(0.1, "a content filter ended the answer");
        }

        if (!HasContent(context))
        {
            return Signal(0.02, "the answer holds no text and no tool call");
        }

        // A caller who sets a limit and gets as much as that has what was asked for; a default limit that cuts an answer short was not.
        if (reason == ChatFinishReason.Length)
        {
            return context.Request.Options?.MaxOutputTokens is null
                ? Signal(0.2, "the answer was cut off at the longest length that the model may write")
                : Signal(0.35, "the answer was cut off at the length that the request allows");
        }

        return default;
    }

    private static bool HasContent(ConfidenceContext context)
    {
        foreach (var message in context.Response.Messages)
        {
            foreach (var content in message.Contents)
            {
                if (content is TextContent text ? text.Text.AsSpan().IndexOfAnyExcept(" \t\r\n.…-_*#`\"'".AsSpan()) >= 0
                    : content is not (TextReasoningContent or UsageContent or ErrorContent))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private ValueTask<ConfidenceSignal?> Signal(double score, string words) => new(new ConfidenceSignal(Name, score, words));
}
