using HybridLlm.Classifier.Encoder.Inference;
using Microsoft.Extensions.AI;

namespace HybridLlm;

/// <summary>Tells what a request is by an encoder that was fine-tuned for it. Safe for concurrent use.</summary>
/// <remarks>
/// It reads the newest message of the user and nothing else: neither tools nor the response format, and of a prompt over 480 characters the first 320 and the
/// last 160. Meant as a second opinion: some 10 to 100 ms a prompt on one core, by its length.
/// </remarks>
public sealed class EncoderTaskClassifier : ITaskClassifier, IDisposable
{
    private const int LongestPrompt = 480;
    private const int HeadLength = 320;
    private const int TailLength = 160;
    private const int Candidates = 3;

    private static readonly Lazy<ClassifierHead> Head = new(ClassifierHead.Load);

    private readonly Func<string, CancellationToken, ValueTask<ReadOnlyMemory<float>>> _embed;
    private readonly InProcessEmbedder? _inProcess;

    /// <summary>Initializes a new instance of the <see cref="EncoderTaskClassifier"/> class that runs the encoder in process.</summary>
    /// <remarks>The weights are loaded with the first prompt.</remarks>
    public EncoderTaskClassifier()
    {
        var embedder = new InProcessEmbedder();
        _inProcess = embedder;
        _embed = async (text, cancellationToken) => await embedder.EmbedAsync(text, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Initializes a new instance of the <see cref="EncoderTaskClassifier"/> class that asks a server for embeddings.</summary>
    /// <param name="generator">A generator for <c>task-classifier-q8_0.gguf</c>, with mean pooling. It is not disposed.</param>
    public EncoderTaskClassifier(IEmbeddingGenerator<string, Embedding<float>> generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        _embed = async (text, cancellationToken) =>
        {
            var embeddings = await generator.GenerateAsync([text], cancellationToken: cancellationToken).ConfigureAwait(false);
            return embeddings is [var embedding] && embedding.Vector.Length == EncoderModel.Width
                ? embedding.Vector
                : throw new InvalidDataException($"The embedding model gave no vector of {EncoderModel.Width} numbers, so it is not the encoder of this package.");
        };
    }

    /// <inheritdoc/>
    public async ValueTask<TaskProfile> ClassifyAsync(LlmRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var prompt = NewestOf(request.Messages);
        if (string.IsNullOrWhiteSpace(prompt))
        {
            return new() { TaskType = request.TaskType ?? TaskTypes.General, Abstained = true };
        }

        var embedding = await _embed(Shorten(prompt), cancellationToken).ConfigureAwait(false);
        return Profile(request, Head.Value, embedding.Span);
    }

    /// <summary>Releases the encoder.</summary>
    public void Dispose() => _inProcess?.Dispose();

    /// <summary>Shortens a prompt as the encoder was trained: the beginning and the end say what is asked.</summary>
    internal static string Shorten(string prompt) => prompt.Length <= LongestPrompt ? prompt : $"{prompt.AsSpan(0, HeadLength)} {prompt.AsSpan(prompt.Length - TailLength)}";

    private static TaskProfile Profile(LlmRequest request, ClassifierHead head, ReadOnlySpan<float> embedding)
    {
        var types = head.Types(embedding);
        var levels = head.Levels(embedding);
        var candidates = types.Select((p, i) => new TaskCandidate(head.TaskTypes[i], p)).OrderByDescending(candidate => candidate.Probability).Take(Candidates).ToArray();
        var level = levels.AsSpan().IndexOf(levels.Max());
        return new()
        {
            TaskType = request.TaskType ?? candidates[0].TaskType,
            TaskConfidence = request.TaskType is null ? candidates[0].Probability : 1,
            Candidates = candidates,
            Source = request.TaskType is null ? ProfileSource.Prompt : ProfileSource.Caller,
            Complexity = request.Complexity ?? (ComplexityLevel)level,
            ComplexityConfidence = request.Complexity is null ? levels[level] : 1,
            ComplexityProbabilities = [.. levels.Select(share => (double)share)],
        };
    }

    private static string NewestOf(IReadOnlyList<ChatMessage> messages)
    {
        for (var i = messages.Count - 1; i >= 0; i--)
        {
            if (messages[i].Role == ChatRole.User)
            {
                return messages[i].Text;
            }
        }

        return "";
    }
}
