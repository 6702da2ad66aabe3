namespace HybridLlm.Catalog;

/// <summary>
/// The licences under which families of models were published, as their makers state them. A fine-tune by somebody else may carry another one, so this is
/// what is shown where neither the configuration nor the backend says anything, and no more. What is not certain is left out.
/// </summary>
internal static class KnownLicenses
{
    private const string Apache = "Apache-2.0";
    private const string Mit = "MIT";
    private const string MistralResearch = "Mistral Research License";
    private const string GemmaTerms = "Gemma Terms of Use";
    private const string NonCommercial = "CC-BY-NC-4.0";
    private const string Hosted = "Proprietary (hosted service)";
    private const string DeepSeek = "DeepSeek License Agreement";

    /// <summary>Gets the licence of a model; <see langword="null"/> when it is not known.</summary>
    /// <param name="model">What the name says.</param>
    /// <param name="name">The name, for the words in it.</param>
    public static string? Find(in ParsedModelName model, string name) => model.Family switch
    {
        "mistral" => Mistral(model, name),
        "ministral" => IsVersion(model, "3") ? Apache : model.Version is "2410" ? MistralResearch : null,
        "codestral" => Has(name, "mamba") ? Apache : Is(model, 22) ? "Mistral AI Non-Production License" : null,
        "pixtral" => Has(name, "large") ? MistralResearch : Is(model, 12) ? Apache : null,
        "devstral" => Is(model, 24) ? Apache : null,
        "mixtral" or "mathstral" or "magistral" => Apache,
        "llama" => Has(name, "nemotron") ? null : Llama(model.Version),
        "codellama" => Llama("2"),
        "qwen" => Qwen(model, name),
        "qwq" or "gpt-oss" or "smollm" or "smolvlm" or "tinyllama" or "granite" or "olmo" or "olmoe" or "yi" or "seed-oss" or "openchat" => Apache,
        "gemma" => IsVersion(model, "4") ? Apache : model.Version is null || model.Version[0] is '1' or '2' or '3' ? GemmaTerms : null,
        "codegemma" or "shieldgemma" or "embeddinggemma" or "functiongemma" or "paligemma" => GemmaTerms,
        "phi" => Mit,
        "zephyr" => Is(model, 7) ? Mit : null,
        "deepseek" => DeepSeekFamily(model, name),
        "glm" => model.Version is { } version && (version.StartsWith("4.", StringComparison.Ordinal) && version.CompareTo("4.5", StringComparison.Ordinal) >= 0) ? Mit : null,
        "falcon" => Falcon(model),
        "lfm" => "LFM Open License v1.0",
        "starcoder" => "BigCode OpenRAIL-M",
        "command-r" or "command-a" or "aya" => NonCommercial,
        "moondream" or "nomic-embed" or "mxbai-embed" or "mxbai-rerank" or "all-minilm" or "all-mpnet" or "snowflake-arctic-embed" => Apache,
        "bge" or "e5" => Mit,
        "gemini" or "claude" or "text-embedding" => Hosted,
        "gpt" => model.Version is { } version && version[0] is '3' or '4' or '5' ? Hosted : null,
        _ => null,
    };

    private static string? Mistral(in ParsedModelName model, string name)
    {
        if (Has(name, "large"))
        {
            return IsVersion(model, "3") || model.Version is "2512" ? Apache : MistralResearch;
        }

        if (Has(name, "small"))
        {
            // The small model of September 2024 has 22B parameters, the later ones have 24B.
            return model.Version is "2409" or "2402" || Is(model, 22) ? MistralResearch : Is(model, 24) || model.Version is { Length: > 0 } ? Apache : null;
        }

        return Has(name, "nemo") || Is(model, 7) || Is(model, 12) || (model.ParameterCount is null && !Has(name, "medium") && !Has(name, "tiny")) ? Apache : null;
    }

    private static string? Llama(string? version) => version switch
    {
        "2" or "3" or "3.1" or "3.2" or "3.3" or "4" => $"Llama {version} Community License",
        _ => null,
    };

    private static string? Qwen(in ParsedModelName model, string name)
    {
        if (Has(name, "max") || Has(name, "plus") || Has(name, "turbo") || Has(name, "flash"))
        {
            return null;
        }

        return model.Version switch
        {
            "2" => Is(model, 72) ? "Tongyi Qianwen License" : model.ParameterCount is null ? null : Apache,
            "2.5" => Is(model, 3) ? "Qwen Research License" : Is(model, 72) ? "Qwen License" : model.ParameterCount is null ? null : Apache,
            { } version when version[0] == '3' => Apache,
            _ => null,
        };
    }

    private static string? DeepSeekFamily(in ParsedModelName model, string name) => model.Version switch
    {
        // Of the distilled models those of 8B and 70B come from Llama, but the 8B of May 2025 comes from Qwen.
        "r1" when Has(name, "llama") || Is(model, 70) => "MIT; the Llama Community License of the base model applies too",
        "r1" when Is(model, 8) && !Has(name, "qwen") => null,
        "r1" or "3.1" or "3.2" => Mit,
        "3" => Has(name, "0324") ? Mit : null,
        "2" or "2.5" or null => DeepSeek,
        _ => null,
    };

    private static string? Falcon(in ParsedModelName model) => model.Version switch
    {
        "3" => "TII Falcon License 2.0",
        null when Is(model, 7) || Is(model, 40) => Apache,
        _ => null,
    };

    private static bool Has(string name, string word) => name.Contains(word, StringComparison.OrdinalIgnoreCase);

    private static bool Is(in ParsedModelName model, int billions) =>
        model.ParameterCount is { } count && Math.Abs((count / 1e9) - billions) < 0.5;

    private static bool IsVersion(in ParsedModelName model, string major) =>
        model.Version is { } version && (version == major || version.StartsWith(major + ".", StringComparison.Ordinal) || (version.StartsWith(major, StringComparison.Ordinal) && version.Length > major.Length && char.IsAsciiLetter(version[major.Length])));
}
