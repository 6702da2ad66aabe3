using System.Text.Json;
using HybridLlm.StructuredOutput;
using Microsoft.Extensions.AI;

namespace HybridLlm.Confidence.Estimators;

/// <summary>Holds an answer to the JSON, and to the schema, that the request asks for.</summary>
internal sealed class SchemaEstimator : IConfidenceEstimator
{
    /// <inheritdoc/>
    public string Name => "schema";

    /// <inheritdoc/>
    public ValueTask<ConfidenceSignal?> EstimateAsync(ConfidenceContext context, CancellationToken cancellationToken = default)
    {
        if (context.Request.Options?.ResponseFormat is not ChatResponseFormatJson format || CallsTools(context.Response))
        {
            return default;
        }

        try
        {
            using var document = JsonDocument.Parse(context.Text);
            return format.Schema is not { } schema || JsonSchemaCheck.Check(schema, document.RootElement) is not { } fault
                ? default
                : new(new ConfidenceSignal(Name, 0.03, $"it is not what the schema asks for: {fault}"));
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            // Half a character, too, is none that JSON may hold.
            return new(new ConfidenceSignal(Name, 0.03, $"it is not the JSON that was asked for: {exception.Message}"));
        }
    }

    private static bool CallsTools(ChatResponse response) => response.Messages.Any(message => message.Contents.Any(content => content is FunctionCallContent));
}
