using System.Text.Json;

namespace HybridLlm.Ollama.Models;

/// <summary>What <c>/api/show</c> says of a model. <c>/api/tags</c> says some of it too, but wrongly for models whose template is in their file.</summary>
internal sealed record ModelDetails
{
    private const LlmFeatures OfAnswering = LlmFeatures.Streaming | LlmFeatures.JsonSchema | LlmFeatures.Logprobs;

    /// <summary>Gets the features; <see langword="null"/> where the server is too old to tell.</summary>
    internal LlmFeatures? Features { get; init; }

    /// <summary>Gets the longest context that the model was trained with.</summary>
    internal int? TrainedContext { get; init; }

    /// <summary>Gets the context that the model's own settings ask for (<c>PARAMETER num_ctx</c>).</summary>
    internal int? ContextParameter { get; init; }

    internal long? ParameterCount { get; init; }

    internal string? Family { get; init; }

    internal string? Quantization { get; init; }

    internal string? License { get; init; }

    /// <summary>Gets a value indicating whether requests to the model leave the server.</summary>
    internal bool IsRemote { get; init; }

    internal bool Thinks => Features is { } features && features.HasFlag(LlmFeatures.Reasoning);

    internal bool OnlyEmbeds => Features is LlmFeatures.Embeddings;

    /// <summary>Reads an answer. What is missing or of a wrong type counts as unknown.</summary>
    /// <param name="show">The answer.</param>
    /// <returns>The details.</returns>
    internal static ModelDetails Read(JsonElement show)
    {
        var details = show.Member("details");
        var info = show.Member("model_info");
        var architecture = info.Text("general.architecture");
        return new()
        {
            Features = ReadFeatures(show.Member("capabilities")),
            TrainedContext = architecture is null ? null : info.Int($"{architecture}.context_length"),
            ContextParameter = ReadContextParameter(show.Text("parameters")),
            ParameterCount = info.Long("general.parameter_count"),
            Family = details.Text("family") ?? architecture,
            Quantization = details.Text("quantization_level"),
            License = info.Text("general.license") ?? show.Text("license"),
            IsRemote = show.Text("remote_host") is not null || show.Text("remote_model") is not null,
        };
    }

    private static LlmFeatures? ReadFeatures(JsonElement capabilities)
    {
        if (capabilities.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var features = LlmFeatures.None;
        foreach (var capability in capabilities.EnumerateArray())
        {
            features |= capability.ValueKind != JsonValueKind.String ? LlmFeatures.None : capability.GetString() switch
            {
                "completion" => OfAnswering,
                "tools" => LlmFeatures.Tools,
                "vision" => LlmFeatures.Vision,
                "thinking" => LlmFeatures.Reasoning,
                "embedding" => LlmFeatures.Embeddings,
                _ => LlmFeatures.None,
            };
        }

        // An embedding model is said to call tools when its template has them; it answers nothing all the same.
        return features.HasFlag(OfAnswering) ? features : features & LlmFeatures.Embeddings;
    }

    // A line for each parameter: its name, blanks, its value.
    private static int? ReadContextParameter(string? parameters)
    {
        foreach (var line in parameters.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("num_ctx ", StringComparison.Ordinal) && int.TryParse(line["num_ctx ".Length..].Trim(), out var length) && length > 0)
            {
                return length;
            }
        }

        return null;
    }
}
