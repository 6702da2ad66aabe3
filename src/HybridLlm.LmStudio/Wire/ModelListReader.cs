using System.Globalization;
using System.Text.Json;

namespace HybridLlm.LmStudio.Wire;

/// <summary>Reads the lists of both generations of LM Studio's own interface.</summary>
internal static class ModelListReader
{
    private const LlmFeatures Chat = LlmFeatures.Streaming | LlmFeatures.JsonSchema;

    /// <summary>Reads the list of <c>/api/v1/models</c>.</summary>
    /// <param name="root">The answer.</param>
    /// <returns>The models; <see langword="null"/> if it is no such list.</returns>
    public static List<ModelEntry>? ReadV1(JsonElement root) => Read(root, "models", static entry =>
        Text(entry, "key") is { Length: > 0 } key ? ReadV1Entry(entry, key) : null);

    /// <summary>Reads the list of <c>/api/v0/models</c>.</summary>
    /// <param name="root">The answer.</param>
    /// <returns>The models; <see langword="null"/> if it is no such list: OpenAI's has no states.</returns>
    public static List<ModelEntry>? ReadV0(JsonElement root)
    {
        var models = Read(root, "data", static entry => Text(entry, "id") is { Length: > 0 } id ? ReadV0Entry(entry, id) : null);
        return models?.TrueForAll(static entry => entry.Model.State != ModelState.Unknown) == true ? models : null;
    }

    private static ModelEntry ReadV1Entry(JsonElement entry, string key)
    {
        string[] instances = [.. Items(entry, "loaded_instances").Select(static instance => Text(instance, "id")).OfType<string>()];
        var loaded = Items(entry, "loaded_instances").FirstOrDefault();
        var quantization = Text(Object(entry, "quantization"), "name");
        var size = Number(entry, "size_bytes");
        var variant = Text(entry, "selected_variant");
        return new(
            new ProviderModel
            {
                Id = key,
                Aliases = [.. instances.Append(variant).OfType<string>().Where(name => name != key).Distinct()],
                Family = Text(entry, "architecture"),
                ParameterCount = ParseCount(Text(entry, "params_string")),
                Quantization = quantization,
                SizeBytes = size,
                ContextLength = Int(Object(loaded, "config"), "context_length"),
                Features = Text(entry, "type") == "embedding" ? LlmFeatures.Embeddings : V1Features(Object(entry, "capabilities")),
                Version = size is null ? null : string.Create(CultureInfo.InvariantCulture, $"{variant ?? quantization}-{size}"),
                State = instances.Length > 0 ? ModelState.Resident : ModelState.NotLoaded,
            },
            instances);
    }

    private static ModelEntry ReadV0Entry(JsonElement entry, string id)
    {
        var state = Text(entry, "state") switch
        {
            "loaded" => ModelState.Resident,
            "loading" => ModelState.Loading,
            "not-loaded" => ModelState.NotLoaded,
            _ => ModelState.Unknown,
        };
        var type = Text(entry, "type");
        var quantization = Text(entry, "quantization");
        return new(
            new ProviderModel
            {
                Id = id,
                Family = Text(entry, "arch"),
                Quantization = quantization,
                ContextLength = Int(entry, "loaded_context_length"),
                Features = type == "embeddings" ? LlmFeatures.Embeddings
                    : Chat | (type == "vlm" ? LlmFeatures.Vision : LlmFeatures.None) | V0Tools(entry),
                Version = quantization,
                State = state,
            },
            state == ModelState.Resident ? [id] : []);
    }

    private static LlmFeatures V1Features(JsonElement capabilities) =>
        Chat
        | (Is(capabilities, "vision") ? LlmFeatures.Vision : LlmFeatures.None)

        // A model that was not trained for tools is given them in a prompt; the answers are not worth a tool call.
        | (capabilities.ValueKind != JsonValueKind.Object || Is(capabilities, "trained_for_tool_use") ? LlmFeatures.Tools : LlmFeatures.None)
        | (Object(capabilities, "reasoning").ValueKind == JsonValueKind.Object ? LlmFeatures.Reasoning : LlmFeatures.None);

    // Versions before 0.3.16 do not tell.
    private static LlmFeatures V0Tools(JsonElement entry) =>
        !entry.TryGetProperty("capabilities", out _) || Items(entry, "capabilities").Any(static name => name.ValueKind == JsonValueKind.String && name.ValueEquals("tool_use"))
            ? LlmFeatures.Tools
            : LlmFeatures.None;

    private static List<ModelEntry>? Read(JsonElement root, string list, Func<JsonElement, ModelEntry?> read)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(list, out var entries) || entries.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var models = new Dictionary<string, ModelEntry>(StringComparer.Ordinal);
        foreach (var entry in entries.EnumerateArray())
        {
            if (entry.ValueKind == JsonValueKind.Object && read(entry) is { } model)
            {
                models.TryAdd(model.Model.Id, model);
            }
        }

        return [.. models.Values];
    }

    // "7B", "1.5B", "270M", "8x7B" is of no use as a number.
    private static long? ParseCount(string? text)
    {
        if (text is not { Length: > 1 } || !double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        return text[^1] switch
        {
            'B' or 'b' => (long)(number * 1e9),
            'M' or 'm' => (long)(number * 1e6),
            'K' or 'k' => (long)(number * 1e3),
            _ => null,
        };
    }

    private static JsonElement Object(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : default;

    private static JsonElement.ArrayEnumerator Items(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : default;

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool Is(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static int? Int(JsonElement element, string name) => Number(element, name) is { } number and <= int.MaxValue ? (int)number : null;

    private static long? Number(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out var number) && number > 0
            ? number
            : null;
}
