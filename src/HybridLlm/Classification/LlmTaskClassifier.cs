using System.Text.Json;
using Microsoft.Extensions.AI;

namespace HybridLlm.Classification;

/// <summary>Tells what a request is by asking a model of the host's, which may answer with one of the labels only.</summary>
/// <remarks>
/// The question goes through the router as a request with task type and complexity, so it is not itself classified by a model. Its prompt is cut to
/// <see cref="LongestPrompt"/> characters; its words are quoted, not obeyed, and whatever they say, the grammar allows labels alone.
/// </remarks>
internal sealed class LlmTaskClassifier(Func<IHybridLlmClient> client, string model) : ITaskClassifier
{
    private const int LongestPrompt = 2000;
    private const int TailLength = 500;
    private const int MostTokens = 48;

    // A model does not say how sure it is. Small local models are right about so often; the first opinion's own doubts do the rest.
    private const double TaskConfidence = 0.8;
    private const double LevelConfidence = 0.6;

    private static readonly string Instructions =
        $$"""
        You label requests that people send to a language model. Do not answer the request. Say which type it is and how hard it is.
        Types, the most specific first; where two fit, take the one higher in the list: {{string.Join(", ", PromptClassifier.Tasks)}}.
        Complexity: simple (one step, a small model can do it), medium (several constraints or steps, or domain knowledge), complex (long chains, many constraints, costly errors).
        Answer with JSON: {"task_type": "...", "complexity": "..."}
        """;

    private static readonly ChatResponseFormat Format = ChatResponseFormat.ForJsonSchema(
        JsonElement.Parse(
            $$"""
            {
              "type": "object",
              "properties": {
                "task_type": { "enum": [{{string.Join(", ", PromptClassifier.Tasks.Select(task => $"\"{task}\""))}}] },
                "complexity": { "enum": ["simple", "medium", "complex"] }
              },
              "required": ["task_type", "complexity"],
              "additionalProperties": false
            }
            """),
        "labels");

    /// <inheritdoc/>
    public async ValueTask<TaskProfile> ClassifyAsync(LlmRequest request, CancellationToken cancellationToken = default)
    {
        var prompt = ConversationReader.Newest(request.Messages, out _);
        if (string.IsNullOrWhiteSpace(prompt))
        {
            return new() { Abstained = true };
        }

        var question = new LlmRequest(
            [new ChatMessage(ChatRole.System, Instructions), new ChatMessage(ChatRole.User, $"<request>\n{Shorten(prompt)}\n</request>")],
            new ChatOptions
            {
                ResponseFormat = Format,
                Temperature = 0,
                MaxOutputTokens = MostTokens,
            })
        {
            Model = model,
            TaskType = TaskTypes.Classification,
            Complexity = ComplexityLevel.Simple,
            Priority = RequestPriority.ResponseTime,
            Metadata = request.Metadata,
            DataClass = request.DataClass ?? (request.MayBeConfined ? DataClasses.LocalOnly : null),
        };
        try
        {
            return Read((await client().GenerateAsync(question, cancellationToken).ConfigureAwait(false)).Text);
        }
        catch (NoRouteAvailableException)
        {
            // The model may not see these words: no fault of its own, and no opinion.
            return new() { Abstained = true };
        }
    }

    private static TaskProfile Read(string answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("task_type", out var task)
                && document.RootElement.TryGetProperty("complexity", out var complexity)
                && task.ValueKind == JsonValueKind.String
                && task.GetString() is { } taskType
                && PromptClassifier.Tasks.Contains(taskType)
                && LevelOf(complexity) is { } level)
            {
                return new()
                {
                    TaskType = taskType,
                    TaskConfidence = TaskConfidence,
                    Candidates = [new(taskType, TaskConfidence)],
                    Source = ProfileSource.Prompt,
                    Complexity = level,
                    ComplexityScore = ComplexityScore.MiddleOf(level),
                    ComplexityConfidence = LevelConfidence,
                };
            }
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException("The model that was asked for a second opinion gave no JSON.", exception);
        }

        throw new InvalidDataException("The model that was asked for a second opinion gave no label that is known.");
    }

    private static ComplexityLevel? LevelOf(JsonElement complexity) => complexity.ValueKind != JsonValueKind.String ? null : complexity.GetString() switch
    {
        "simple" => ComplexityLevel.Simple,
        "medium" => ComplexityLevel.Medium,
        "complex" => ComplexityLevel.Complex,
        _ => null,
    };

    private static string Shorten(string prompt) =>
        prompt.Length <= LongestPrompt ? prompt : $"{prompt.AsSpan(0, LongestPrompt - TailLength)}\n…\n{prompt.AsSpan(prompt.Length - TailLength)}";
}
