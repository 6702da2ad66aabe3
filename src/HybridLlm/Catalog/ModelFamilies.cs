namespace HybridLlm.Catalog;

/// <summary>The families of models that names are searched for.</summary>
internal static class ModelFamilies
{
    /// <summary>How names begin that mean a family, the longest first, and what belonging to it means.</summary>
    private static readonly (string Root, string Family, ModelVariant Variant)[] Roots = ((string, string, ModelVariant)[])
    [
        .. Plain(
            "qwen", "llama", "mistral", "mixtral", "gemma", "phi", "deepseek", "gpt-oss", "gpt", "gemini", "claude", "grok", "smollm", "tinyllama", "granite",
            "olmo", "olmoe", "falcon", "yi", "command-r", "command-a", "aya", "glm", "kimi", "minimax", "ministral", "nemotron", "exaone", "internlm", "baichuan",
            "lfm", "ernie", "hunyuan", "jamba", "dbrx", "solar", "stablelm", "minicpm", "seed-oss", "cogito", "dolphin", "openhermes", "hermes", "nous-hermes",
            "vicuna", "wizardlm", "zephyr", "openchat", "starling", "orca-mini", "orca", "tulu", "neural-chat", "mpt", "bloom", "rwkv", "reka", "apertus"),
        .. Of(
            ModelVariant.Coder, "codellama", "codegemma", "codeqwen", "codestral", "devstral", "starcoder", "deepcoder", "wizardcoder", "stable-code", "codegeex"),
        .. Of(
            ModelVariant.Vision, "llava", "bakllava", "moondream", "pixtral", "minicpm-v", "minicpm-o", "paligemma", "internvl", "smolvlm", "molmo"),
        .. Of(ModelVariant.Reasoning, "qwq", "magistral", "openthinker", "marco-o1"),
        .. Of(ModelVariant.Reasoning | ModelVariant.Vision, "qvq"),
        .. Of(
            ModelVariant.Embedding, "nomic-embed", "mxbai-embed", "mxbai-rerank", "snowflake-arctic-embed", "all-minilm", "all-mpnet", "bge", "gte", "e5", "jina-embeddings",
            "jina-reranker", "text-embedding", "embeddinggemma", "paraphrase", "sentence-t5"),
        ("medgemma", "medgemma", ModelVariant.None),
        ("shieldgemma", "shieldgemma", ModelVariant.None),
        ("functiongemma", "functiongemma", ModelVariant.None),
        ("mathstral", "mathstral", ModelVariant.None),
        ("multilingual-e5", "e5", ModelVariant.Embedding),
        ("arctic-embed", "snowflake-arctic-embed", ModelVariant.Embedding),
        ("chatgpt", "gpt", ModelVariant.None),
        ("chatglm", "glm", ModelVariant.None),
        ("mixtral-of", "mixtral", ModelVariant.None),
    ];

    static ModelFamilies() => Array.Sort(Roots, static (a, b) => b.Root.Length - a.Root.Length);

    /// <summary>Finds the family whose name a text begins with. What follows must be a version, a separator or nothing.</summary>
    public static bool TryMatch(ReadOnlySpan<char> text, out string family, out ModelVariant variant, out int length)
    {
        foreach (var root in Roots)
        {
            if (BeginsWith(text, root.Root) && (text.Length == root.Root.Length || !char.IsAsciiLetter(text[root.Root.Length])))
            {
                (family, variant, length) = (root.Family, root.Variant, root.Root.Length);
                return true;
            }
        }

        (family, variant, length) = ("", ModelVariant.None, 0);
        return false;
    }

    private static bool BeginsWith(ReadOnlySpan<char> text, string root)
    {
        if (text.Length < root.Length)
        {
            return false;
        }

        for (var i = 0; i < root.Length; i++)
        {
            var letter = text[i] is '_' or ' ' ? '-' : char.ToLowerInvariant(text[i]);
            if (letter != root[i])
            {
                return false;
            }
        }

        return true;
    }

    private static IEnumerable<(string Root, string Family, ModelVariant Variant)> Plain(params string[] families) => Of(ModelVariant.None, families);

    private static IEnumerable<(string Root, string Family, ModelVariant Variant)> Of(ModelVariant variant, params string[] families) =>
        families.Select(family => (family, family, variant));
}
