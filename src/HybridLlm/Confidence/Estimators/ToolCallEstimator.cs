using System.Text.Json;
using HybridLlm.StructuredOutput;
using Microsoft.Extensions.AI;

namespace HybridLlm.Confidence.Estimators;

/// <summary>Holds tool calls to the tools that there are: their names, and their arguments to the schema.</summary>
internal sealed class ToolCallEstimator : IConfidenceEstimator
{
    /// <inheritdoc/>
    public string Name => "tools";

    /// <inheritdoc/>
    public ValueTask<ConfidenceSignal?> EstimateAsync(ConfidenceContext context, CancellationToken cancellationToken = default)
    {
        if (context.Request.Options?.Tools is not { Count: > 0 } tools)
        {
            return default;
        }

        var calls = 0;
        foreach (var message in context.Response.Messages)
        {
            foreach (var content in message.Contents)
            {
                if (content is FunctionCallContent call)
                {
                    calls++;
                    if (Fault(call, tools) is { } fault)
                    {
                        return new(new ConfidenceSignal(Name, 0.03, fault));
                    }
                }
            }
        }

        return calls == 0 && context.Request.Options.ToolMode is RequiredChatToolMode
            ? new(new ConfidenceSignal(Name, 0.05, "a tool had to be called and none was"))
            : calls == 0 && LooksLikeCall(context.Text, tools)
            ? new(new ConfidenceSignal(Name, 0.15, "a tool call stands in the text instead of being made"))
            : default;
    }

    private static string? Fault(FunctionCallContent call, IList<AITool> tools)
    {
        if (call.Exception is { } exception)
        {
            return $"the arguments of '{call.Name}' cannot be read: {exception.Message}";
        }

        foreach (var tool in tools)
        {
            if (tool.Name == call.Name)
            {
                return tool is AIFunctionDeclaration function && JsonSchemaCheck.Properties(function.JsonSchema, call.Arguments) is { } fault
                    ? $"the arguments of '{call.Name}' do not fit: {fault}"
                    : null;
            }
        }

        return $"it calls '{call.Name}', which is none of the tools";
    }

    /// <summary>Small models write the call down as JSON rather than make it.</summary>
    private static bool LooksLikeCall(string text, IList<AITool> tools)
    {
        var trimmed = text.AsSpan().Trim().Trim('`');
        if (!trimmed.Contains("{", StringComparison.Ordinal) || !trimmed.EndsWith("}", StringComparison.Ordinal) || !trimmed.Contains("\"arguments\"", StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var tool in tools)
        {
            if (trimmed.Contains($"\"{JsonEncodedText.Encode(tool.Name)}\"", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
