using System.Text.Json;

namespace HybridLlm.OpenAICompatible.Models;

/// <summary>Reads lists of models: OpenAI's, and what vLLM, llama-server, its router, the Hugging Face router and others add to them.</summary>
internal static class ModelListReader
{
    /// <summary>Reads a list.</summary>
    /// <param name="root">The answer.</param>
    /// <param name="dialect">The server's dialect.</param>
    /// <returns>The models; <see langword="null"/> if the answer holds no list.</returns>
    internal static IReadOnlyList<ProviderModel>? Read(JsonElement root, OpenAIDialect dialect)
    {
        if (List(root) is not { } list)
        {
            return null;
        }

        var models = new List<ProviderModel>(list.GetArrayLength());
        foreach (var entry in list.EnumerateArray())
        {
            if (entry.ValueKind == JsonValueKind.Object && dialect.ReadModel(entry) is { } model)
            {
                models.Add(model);
            }
        }

        return models;
    }

    /// <summary>Reads one entry.</summary>
    /// <param name="entry">The entry, an object.</param>
    /// <returns>The model; <see langword="null"/> if the entry has no id that can be used.</returns>
    internal static ProviderModel? ReadModel(JsonElement entry)
    {
        // A name that came damaged cannot be asked for.
        if ((Text(entry, "id") ?? Text(entry, "name")) is not { Length: > 0 } id || id.Contains('\uFFFD', StringComparison.Ordinal))
        {
            return null;
        }

        var meta = Object(entry, "meta");
        return new ProviderModel
        {
            Id = id,
            Aliases = [.. Texts(entry, "aliases").Where(alias => alias != id)],
            ContextLength = Positive(meta, "n_ctx") ?? Positive(entry, "max_model_len") ?? Positive(entry, "context_length")
                ?? Positive(entry, "max_context_length") ?? Positive(entry, "context_window") ?? LargestContext(entry),
            ParameterCount = Long(meta, "n_params"),
            SizeBytes = Long(meta, "size"),
            Quantization = Text(meta, "ftype") is { } type ? Quantization(type) : null,
            Features = Features(entry),
            State = State(entry, meta),
        };
    }

    private static JsonElement? List(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array)
        {
            return root;
        }

        foreach (var name in (ReadOnlySpan<string>)["data", "models"])
        {
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array)
            {
                return list;
            }
        }

        return null;
    }

    // llama.cpp writes "Q4_K - Medium" for what everybody else calls Q4_K_M, and "(guessed)" where it is not sure.
    private static string? Quantization(string type)
    {
        type = type.Replace("(guessed)", "", StringComparison.Ordinal).Trim();
        var dash = type.IndexOf(" - ", StringComparison.Ordinal);
        return (dash < 0 ? type : $"{type[..dash]}_{type[dash + 3]}") is { Length: > 0 } name ? name : null;
    }

    private static LlmFeatures? Features(JsonElement entry)
    {
        var modalities = Texts(Object(entry, "architecture"), "input_modalities").ToArray();
        return modalities.Length == 0 ? null
            : LlmFeatures.Streaming | LlmFeatures.Tools | LlmFeatures.JsonSchema | LlmFeatures.Logprobs
                | (modalities.Contains("image", StringComparer.OrdinalIgnoreCase) ? LlmFeatures.Vision : LlmFeatures.None);
    }

    private static ModelState State(JsonElement entry, JsonElement? meta) => Text(Object(entry, "status"), "value") switch
    {
        "loaded" => ModelState.Resident,
        "loading" => ModelState.Loading,
        "unloaded" or "sleeping" or "downloaded" or "downloading" => ModelState.NotLoaded,
        _ => meta is null ? ModelState.Unknown : ModelState.Resident,
    };

    // The Hugging Face router tells the context of each of a model's providers.
    private static int? LargestContext(JsonElement entry) =>
        entry.TryGetProperty("providers", out var providers) && providers.ValueKind == JsonValueKind.Array
            ? providers.EnumerateArray().Max(static provider => Positive(provider, "context_length"))
            : null;

    private static JsonElement? Object(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.Object ? found : null;

    private static string? Text(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.String
            ? found.GetString()
            : null;

    private static IEnumerable<string> Texts(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.Array
            ? found.EnumerateArray().Where(static e => e.ValueKind == JsonValueKind.String).Select(static e => e.GetString()!)
            : [];

    private static long? Long(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(name, out var found)
            && found.ValueKind == JsonValueKind.Number && found.TryGetInt64(out var number) && number > 0
            ? number
            : null;

    private static int? Positive(JsonElement? element, string name) => Long(element, name) is { } number and <= int.MaxValue ? (int)number : null;
}
