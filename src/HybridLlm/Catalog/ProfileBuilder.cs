using System.Collections.Frozen;

namespace HybridLlm.Catalog;

/// <summary>Makes one model's profile. What is configured beats what is reported, which beats what the name says, which beats a default.</summary>
internal static class ProfileBuilder
{
    private const double BytesPerMegabyte = 1024 * 1024;
    private const int LongestLicense = 80;

    /// <summary>Makes a profile.</summary>
    /// <param name="name">The name in the catalog.</param>
    /// <param name="provider">The provider's name.</param>
    /// <param name="options">What is configured; <see langword="null"/> for a discovered model.</param>
    /// <param name="reported">What the provider reports; <see langword="null"/> when it does not report the model.</param>
    /// <param name="capabilities">What the provider can do.</param>
    public static ModelProfile Build(string name, string provider, ModelOptions? options, ProviderModel? reported, ProviderCapabilities capabilities)
    {
        var parsed = Parse(name, options, reported);
        var quantization = options?.Quantization ?? Said(reported?.Quantization) ?? parsed.Quantization;
        var total = reported?.ParameterCount is > 0 ? reported.ParameterCount : parsed.ParameterCount;
        var sized = parsed with { ParameterCount = total };
        var bits = BitsPerWeight(quantization, total, reported?.SizeBytes);
        options ??= new ModelOptions();
        return new()
        {
            Name = name,
            Provider = provider,
            ModelId = IdOf(options.ModelId ?? name, reported),
            Family = options.Family ?? Said(reported?.Family) ?? parsed.Family,
            ParameterCount = total,
            Quantization = quantization,
            License = options.License ?? LicenseOf(reported?.License) ?? KnownLicenses.Find(parsed, reported?.Id ?? name) ?? FirstLine(reported?.License),
            Version = Said(reported?.Version),
            ContextLength = options.ContextLength ?? (reported?.ContextLength is > 0 ? reported.ContextLength : null),
            Features = FeaturesOf(options, reported, sized, reported?.Id ?? name, capabilities),
            MemoryMB = options.MemoryMB ?? (reported?.SizeBytes is > 0 and var bytes ? (int)Math.Min(int.MaxValue, Math.Ceiling(bytes / BytesPerMegabyte)) : null),
            Quality = options.Quality ?? KnownModels.QualityOf(sized, bits),
            Speed = options.Speed ?? KnownModels.SpeedOf(sized, bits),
            InputPrice = options.InputPrice ?? 0,
            OutputPrice = options.OutputPrice ?? 0,
            Parameters = new(options.Temperature, options.TopP, options.MaxTokens),
            MaxConcurrency = options.MaxConcurrency,
            IsLocal = capabilities.IsLocal,
            Tags = [.. options.Tags],
            Fallbacks = [.. options.Fallbacks],
            Tasks = options.Tasks.ToFrozenDictionary(
                task => task.Key,
                task => new TaskPreset
                {
                    Suitable = task.Value.Suitable,
                    Quality = task.Value.Quality,
                    Speed = task.Value.Speed,
                    Parameters = new(task.Value.Temperature, task.Value.TopP, task.Value.MaxTokens),
                },
                StringComparer.Ordinal),
        };
    }

    /// <summary>Reads the names of a model, the backend's own first: it says most, such as the quantization in a file's name.</summary>
    private static ParsedModelName Parse(string name, ModelOptions? options, ProviderModel? reported)
    {
        var parsed = reported is null ? default : ModelNameParser.Parse(reported.Id);
        if (options is not null)
        {
            parsed = parsed.Or(ModelNameParser.Parse(options.ModelId)).Or(ModelNameParser.Parse(name));
        }

        return KnownModels.Complete(parsed, reported?.Id ?? options?.ModelId ?? name);
    }

    /// <summary>What is written stays where the backend knows it under that very id; else the backend's own id is sure to be understood.</summary>
    private static string IdOf(string written, ProviderModel? reported) =>
        reported is null || ModelIds.IsExact(written, reported) ? written : reported.Id;

    private static LlmFeatures FeaturesOf(ModelOptions options, ProviderModel? reported, in ParsedModelName parsed, string name, ProviderCapabilities capabilities)
    {
        // That a model only makes embeddings holds whatever the backend can do: it must never be asked to answer.
        var features = reported?.Features ?? KnownModels.FeaturesOf(parsed, name);
        features = (features & capabilities.Features) | (features & LlmFeatures.Embeddings);
        features = Set(features, LlmFeatures.Streaming, options.SupportsStreaming);
        features = Set(features, LlmFeatures.Tools, options.SupportsTools);
        features = Set(features, LlmFeatures.JsonSchema, options.SupportsJsonSchema);
        return Set(features, LlmFeatures.Vision, options.SupportsVision);
    }

    private static LlmFeatures Set(LlmFeatures features, LlmFeatures feature, bool? value) =>
        value switch
        {
            true => features | feature,
            false => features & ~feature,
            null => features,
        };

    private static double BitsPerWeight(string? quantization, long? parameters, long? sizeBytes) =>
        Quantization.Bits(quantization)
        ?? (parameters is > 0 && sizeBytes is > 0 ? Math.Clamp(sizeBytes.Value * 8.0 / parameters.Value, 1, 32) : Quantization.UsualBits);

    /// <summary>Takes a licence's name; backends may report the whole text, which is no name.</summary>
    private static string? LicenseOf(string? text) => Said(text) is { } said && said.Length <= LongestLicense && !said.Contains('\n', StringComparison.Ordinal) ? said : null;

    private static string? FirstLine(string? text)
    {
        var line = text.AsSpan().Trim();
        var end = line.IndexOfAny('\r', '\n');
        line = (end < 0 ? line : line[..end]).Trim();
        return line.IsEmpty ? null : line[..Math.Min(line.Length, LongestLicense)].ToString();
    }

    private static string? Said(string? text) => string.IsNullOrWhiteSpace(text) || text.Equals("unknown", StringComparison.OrdinalIgnoreCase) ? null : text.Trim();
}
