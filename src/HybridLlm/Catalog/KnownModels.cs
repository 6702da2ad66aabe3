namespace HybridLlm.Catalog;

/// <summary>What is known of models beyond what their names say: sizes, features, and what to assume of quality and speed before anything is measured.</summary>
internal static class KnownModels
{
    /// <summary>What a backend adds, whatever the model.</summary>
    private const LlmFeatures OfBackend = LlmFeatures.Streaming | LlmFeatures.JsonSchema | LlmFeatures.Logprobs;

    /// <summary>How many parameters it takes for half the quality.</summary>
    private const double HalfQualityParameters = 4e9;

    /// <summary>How many bytes read per token it takes for half the speed.</summary>
    private const double HalfSpeedBytes = 4e9;

    private const double UnknownPrior = 0.5;

    /// <summary>The large models behind paid services: strong, and fast enough.</summary>
    private const double HostedQuality = 0.85;
    private const double HostedSpeed = 0.7;

    /// <summary>Fills the sizes that a name leaves out because everybody knows them.</summary>
    public static ParsedModelName Complete(in ParsedModelName model, string name)
    {
        if (model.ParameterCount is not null)
        {
            return model;
        }

        var (total, active) = SizeOf(model, name);
        return total == 0 ? model : model with { ParameterCount = (long)(total * 1e9), ActiveParameterCount = model.ActiveParameterCount ?? (active == 0 ? null : (long)(active * 1e9)) };
    }

    /// <summary>
    /// Gets the features to assume where the backend reports none for the model. What depends on the backend alone is left to it, and so are tools, except
    /// for models that were never trained to call them: an unknown model gets its chance, and measurements show what it makes of it.
    /// </summary>
    public static LlmFeatures FeaturesOf(in ParsedModelName model, string name)
    {
        if (model.Variant.HasFlag(ModelVariant.Embedding))
        {
            return LlmFeatures.Embeddings;
        }

        var features = OfBackend;
        if (CallsTools(model))
        {
            features |= LlmFeatures.Tools;
        }

        if (SeesImages(model, name))
        {
            features |= LlmFeatures.Vision;
        }

        if (model.Variant.HasFlag(ModelVariant.Reasoning) || model.Family is "gpt-oss")
        {
            features |= LlmFeatures.Reasoning;
        }

        return features;
    }

    /// <summary>
    /// Gets the quality to assume, 0 to 1. It rises with the logarithm of the parameters (0.26 for 0.5B, 0.57 for 7B, 0.81 for 70B) and falls with
    /// the bits that rounding took away (3 percent at Q4_K_M, 40 percent at 3 bits). A mixture of experts counts as the geometric mean of all its parameters and of those
    /// that work on each token.
    /// </summary>
    public static double QualityOf(in ParsedModelName model, double bitsPerWeight)
    {
        if (model.ParameterCount is not { } total)
        {
            return IsHosted(model) ? HostedQuality : UnknownPrior;
        }

        var active = Math.Min(model.ActiveParameterCount ?? total, total);
        var strength = Math.Sqrt((double)total * active);
        var kept = 1 - Math.Min(0.8, Math.Pow(4, 2.4 - bitsPerWeight));
        return kept / (1 + Math.Sqrt(HalfQualityParameters / strength));
    }

    /// <summary>
    /// Gets the speed to assume, 0 to 1. Making a token means reading every weight that works on it, so it falls with active parameters times bits
    /// (0.73 for 1B at Q4_K_M, 0.5 for 7B, 0.24 for 70B).
    /// </summary>
    public static double SpeedOf(in ParsedModelName model, double bitsPerWeight)
    {
        if (model.ParameterCount is not { } total)
        {
            return IsHosted(model) ? HostedSpeed : UnknownPrior;
        }

        var bytes = Math.Min(model.ActiveParameterCount ?? total, total) * bitsPerWeight / 8;
        return 1 / (1 + Math.Sqrt(bytes / HalfSpeedBytes));
    }

    private static bool IsHosted(in ParsedModelName model) => model.Family is "gemini" or "claude" or "gpt" or "grok";

    private static bool CallsTools(in ParsedModelName model) =>
        !model.Variant.HasFlag(ModelVariant.Base) && model.Family switch
        {
            "llama" => model.Version is not ("2" or "3"),
            "gemma" => model.Version is { } version && version[0] is not ('1' or '2'),
            "phi" => model.Version is { } version && version[0] == '4',
            "tinyllama" or "codellama" or "codegemma" or "vicuna" or "wizardlm" or "wizardcoder" or "starcoder" or "orca-mini" or "orca" or "zephyr" or "starling" => false,
            "falcon" => model.Version is not null,
            "llava" or "bakllava" or "moondream" or "paligemma" or "mpt" or "bloom" or "stablelm" => false,
            _ => true,
        };

    private static bool SeesImages(in ParsedModelName model, string name) =>
        model.Variant.HasFlag(ModelVariant.Vision) || model.Family switch
        {
            // Gemma 3 sees from 4B on; all of Gemma 4 and Llama 4 do.
            "gemma" => model.Version is { } version && (version[0] == '4' || version is "3n" || (version == "3" && model.ParameterCount >= 3_900_000_000)),
            "llama" => model.Version == "4",
            "mistral" => Has(name, "small3.1") || Has(name, "small3.2") || Has(name, "small-3.1") || Has(name, "small-3.2"),
            "ministral" => model.Version == "3",
            "gemini" => true,
            "claude" => model.Version is { } version && version[0] is not ('1' or '2'),
            "gpt" => model.Version is { } version && (version.StartsWith("4o", StringComparison.Ordinal) || version is "4.1" || version[0] == '5'),
            _ => false,
        };

    /// <summary>Gets billions of parameters, all and active; 0 where it is not known or all are active.</summary>
    private static (double Total, double Active) SizeOf(in ParsedModelName model, string name) => model.Family switch
    {
        "phi" => model.Version switch
        {
            "1" or "1.5" => (1.3, 0),
            "2" or null => (2.7, 0),
            "3.5" when Has(name, "moe") => (41.9, 6.6),
            "3" or "3.5" => Has(name, "medium") ? (14, 0) : Has(name, "small") ? (7.4, 0) : Has(name, "vision") ? (4.2, 0) : (3.8, 0),
            "4" => Has(name, "mini") ? (3.8, 0) : Has(name, "multimodal") ? (5.6, 0) : (14.7, 0),
            _ => (0, 0),
        },
        "mistral" when Has(name, "nemo") => (12.2, 0),
        "mistral" when Has(name, "small") => model.Version is "2409" ? (22.2, 0) : (23.6, 0),
        "mistral" when Has(name, "large") || Has(name, "medium") || Has(name, "tiny") => (0, 0),
        "mistral" => (7.2, 0),
        "codestral" => Has(name, "mamba") ? (7.3, 0) : (22.2, 0),
        "devstral" or "magistral" => Has(name, "medium") ? (0, 0) : (23.6, 0),
        "llama" when Has(name, "scout") => (109, 17),
        "llama" when Has(name, "maverick") => (400, 17),
        "qwq" => (32.8, 0),
        "tinyllama" => (1.1, 0),
        "deepseek" when model.Version is "r1" or "3" or "3.1" or "3.2" && !Has(name, "distill") => (671, 37),
        "nomic-embed" => (0.137, 0),
        "mxbai-embed" => (0.335, 0),
        "all-minilm" => Has(name, "l12") ? (0.033, 0) : (0.023, 0),
        "embeddinggemma" => (0.3, 0),
        "bge" => model.Version is "m3" ? (0.568, 0) : Has(name, "large") ? (0.335, 0) : Has(name, "base") ? (0.109, 0) : Has(name, "small") ? (0.033, 0) : (0, 0),
        _ => (0, 0),
    };

    private static bool Has(string name, string word) => name.Contains(word, StringComparison.OrdinalIgnoreCase);
}
