using System.Text.Json;
using System.Text.Json.Serialization;

namespace HybridLlm.Classifier.Encoder.Inference;

/// <summary>The linear head: what an embedding says of type and level.</summary>
internal sealed class ClassifierHead
{
    private const string ResourceName = "head.json";

    // It was trained with smoothed labels, so it is right about types more often than it says, and about levels less often. Fitted on data/prompts/plain.jsonl, which it never saw.
    private const float TypeTemperature = 0.7f;
    private const float LevelTemperature = 1.5f;

    [JsonPropertyName("task_types")]
    public required string[] TaskTypes { get; init; }

    [JsonPropertyName("task_weights")]
    public required float[][] TaskWeights { get; init; }

    [JsonPropertyName("task_bias")]
    public required float[] TaskBias { get; init; }

    [JsonPropertyName("level_weights")]
    public required float[][] LevelWeights { get; init; }

    [JsonPropertyName("level_bias")]
    public required float[] LevelBias { get; init; }

    /// <summary>Loads the head that is shipped.</summary>
    public static ClassifierHead Load()
    {
        using var stream = typeof(ClassifierHead).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {ResourceName}.");
        return JsonSerializer.Deserialize(stream, HeadJsonContext.Default.ClassifierHead) ?? throw new InvalidDataException("The encoder's head is null.");
    }

    /// <summary>Computes how likely each type is.</summary>
    public float[] Types(ReadOnlySpan<float> embedding) => Shares(embedding, TaskWeights, TaskBias, TypeTemperature);

    /// <summary>Computes how likely each level is.</summary>
    public float[] Levels(ReadOnlySpan<float> embedding) => Shares(embedding, LevelWeights, LevelBias, LevelTemperature);

    private static float[] Shares(ReadOnlySpan<float> embedding, float[][] weights, float[] bias, float temperature)
    {
        var shares = new float[bias.Length];
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] = (bias[i] + Matrix.Dot(embedding, weights[i])) / temperature;
        }

        Activation.Softmax(shares);
        return shares;
    }
}
