using System.Text.Json;
using System.Text.Json.Serialization;

namespace HybridLlm.Classifier.Encoder.Inference;

/// <summary>The linear head: what an embedding says of type and level.</summary>
internal sealed class ClassifierHead
{
    private const string ResourceName = "head.json";

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
    public float[] Types(ReadOnlySpan<float> embedding) => Shares(embedding, TaskWeights, TaskBias);

    /// <summary>Computes how likely each level is.</summary>
    public float[] Levels(ReadOnlySpan<float> embedding) => Shares(embedding, LevelWeights, LevelBias);

    private static float[] Shares(ReadOnlySpan<float> embedding, float[][] weights, float[] bias)
    {
        var shares = new float[bias.Length];
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] = bias[i] + Matrix.Dot(embedding, weights[i]);
        }

        Activation.Softmax(shares);
        return shares;
    }
}
