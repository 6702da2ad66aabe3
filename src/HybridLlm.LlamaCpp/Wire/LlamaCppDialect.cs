using System.Globalization;
using System.Text.Json;
using HybridLlm.OpenAICompatible;

namespace HybridLlm.LlamaCpp.Wire;

/// <summary>How llama-server's protocol differs from OpenAI's.</summary>
internal sealed class LlamaCppDialect : OpenAIDialect
{
    /// <summary>The one instance.</summary>
    public static readonly LlamaCppDialect Instance = new();

    protected internal override Uri? DefaultEndpoint { get; } = new("http://127.0.0.1:8080");

    protected internal override string? HealthPath => "health";

    // An object is taken for "auto", and another tool may be called.
    protected internal override bool SupportsNamedToolChoice => false;

    protected internal override bool PrefersBase64Embeddings => true;

    protected internal override string? ReasoningHistoryField => "reasoning_content";

    protected internal override ProviderCapabilities GetCapabilities(bool isLocal, bool isMetered) =>
        base.GetCapabilities(isLocal, isMetered) with
        {
            // Closing the connection of a request that is not streamed stops nothing: all its tokens are generated.
            PrefersStreaming = true,
        };

    protected internal override string? GetKeptProperty(ReadOnlySpan<byte> utf8Name) => utf8Name.SequenceEqual("timings"u8) ? LlamaCppPropertyNames.Timings : null;

    protected internal override ProviderErrorKind? Classify(OpenAIError error)
    {
        if (error.Status != 500)
        {
            return null;
        }

        // Several requests share one context, and together they filled it. A later try, or one elsewhere, has room.
        if (error.Says("Context size has been exceeded"))
        {
            return ProviderErrorKind.Overloaded;
        }

        // What the model wrote cannot be read as the tool call that it was held to.
        if (error.Says("Failed to parse input"))
        {
            return ProviderErrorKind.InvalidResponse;
        }

        // A model for embeddings was asked to chat.
        if (error.Says("does not support logits computation"))
        {
            return ProviderErrorKind.ModelNotFound;
        }

        // Mistakes of the client that the server takes for its own.
        return error.Says(
            "Failed to parse messages", "Failed to parse tools", "Failed to parse tool call arguments", "input is not supported", "' is required",
            "Cannot use both json_schema and grammar", "_M_range_check")
            ? ProviderErrorKind.InvalidRequest
            : null;
    }

    protected internal override ProviderModel? ReadModel(JsonElement model)
    {
        if (base.ReadModel(model) is not { } read)
        {
            return null;
        }

        // Without an alias the id is the file's path as the server was given it; people say the name.
        var name = read.Id.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) ? Path.GetFileNameWithoutExtension(read.Id.Replace('\\', '/')) : read.Id;
        return read with
        {
            Aliases = name == read.Id || read.Aliases.Contains(name) ? read.Aliases : [.. read.Aliases, name],
            ContextLength = ContextOfUnloaded(model) ?? read.ContextLength,
            Version = read is { SizeBytes: { } size, ParameterCount: { } parameters }
                ? string.Create(CultureInfo.InvariantCulture, $"{read.Quantization}-{parameters}-{size}")
                : null,
        };
    }

    /// <summary>
    /// A router tells of a model that is not loaded what it was trained with, and the arguments it would be started with. With a context among these
    /// that is what a request gets.
    /// </summary>
    private static int? ContextOfUnloaded(JsonElement model)
    {
        if (model.TryGetProperty("meta", out var meta) && meta.ValueKind == JsonValueKind.Object
            || !model.TryGetProperty("status", out var status) || status.ValueKind != JsonValueKind.Object
            || !status.TryGetProperty("args", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var arguments = list.EnumerateArray().Select(static a => a.ValueKind == JsonValueKind.String ? a.GetString()! : "").ToArray();
        return ValueOf("--ctx-size") is { } context and > 0 ? context / Math.Max(ValueOf("--parallel") ?? 1, 1) : null;

        int? ValueOf(string name)
        {
            var index = Array.LastIndexOf(arguments, name);
            return index >= 0 && index + 1 < arguments.Length && int.TryParse(arguments[index + 1], CultureInfo.InvariantCulture, out var value) ? value : null;
        }
    }
}
