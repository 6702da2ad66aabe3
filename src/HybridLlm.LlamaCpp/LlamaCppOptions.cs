using HybridLlm.OpenAICompatible;

namespace HybridLlm.LlamaCpp;

/// <summary>
/// How llama.cpp is reached. With <see cref="ModelPath"/> the provider starts a <c>llama-server</c> of its own, watches it and stops it with the
/// application; with <see cref="ProviderOptions.Endpoint"/> it talks to one that runs already.
/// </summary>
/// <remarks>With neither, a server is expected at <c>http://127.0.0.1:8080</c>.</remarks>
public sealed class LlamaCppOptions : OpenAICompatibleOptions
{
    /// <summary>
    /// Gets or sets the model file (GGUF) that a supervised server loads: absolute, or relative to the content root or the current directory.
    /// <see langword="null"/> (the default): no server is started, and <see cref="ProviderOptions.Endpoint"/> says where one runs.
    /// </summary>
    public string? ModelPath { get; set; }

    /// <summary>Gets or sets the id under which a supervised server serves its model. Default: the name of the model file without its extension.</summary>
    public string? ModelAlias { get; set; }

    /// <summary>
    /// Gets or sets the executable of a supervised server: a name to be looked for on the PATH, or a path, absolute or relative to the content root
    /// or the current directory. Default: <c>llama-server</c>.
    /// </summary>
    public string ServerPath { get; set; } = "llama-server";

    /// <summary>
    /// Gets or sets how many tokens of prompt and answer together fit one request, 1 to 10,000,000. A supervised server allocates this for each of its
    /// <see cref="ParallelSlots"/>. <see langword="null"/> (the default): what the model was trained with, divided among the slots.
    /// </summary>
    public int? ContextSize { get; set; }

    /// <summary>
    /// Gets or sets how many requests a supervised server works on at once, 1 to 256; each takes the memory of a context.
    /// Default: <see cref="ProviderOptions.MaxConcurrency"/> where that is set, otherwise 1.
    /// </summary>
    public int? ParallelSlots { get; set; }

    /// <summary>Gets or sets how many threads a supervised server computes with, 1 to 1,024. <see langword="null"/> (the default) leaves it to the server.</summary>
    public int? Threads { get; set; }

    /// <summary>Gets or sets how many layers of the model go to the GPU, 0 to 10,000. <see langword="null"/> (the default) leaves it to the server.</summary>
    public int? GpuLayers { get; set; }

    /// <summary>
    /// Gets or sets how much main memory a supervised server may spend on the prompts of earlier requests, in megabytes, 0 (nothing) to 1,048,576.
    /// Default: 512.
    /// </summary>
    public int PromptCacheMB { get; set; } = 512;

    /// <summary>Gets or sets a value indicating whether a supervised server makes embeddings. Needed for embedding models. Default: <see langword="false"/>.</summary>
    public bool Embeddings { get; set; }

    /// <summary>Gets or sets a value indicating whether a supervised server is kept from the network. Default: <see langword="true"/>.</summary>
    public bool Offline { get; set; } = true;

    /// <summary>
    /// Gets or sets a value indicating whether a supervised server starts as soon as the provider comes into use. Default: <see langword="true"/>.
    /// Otherwise the first request starts it and waits for the model to load.
    /// </summary>
    public bool StartWithHost { get; set; } = true;

    /// <summary>
    /// Gets further arguments for a supervised server, such as <c>--mmproj</c> and its value. They come last, so they override what the options above say.
    /// The address, the port and the key are not theirs to change.
    /// </summary>
    public IList<string> ExtraArguments { get; } = [];

    /// <summary>
    /// Gets environment variables of a supervised server, on top of this process's own; an empty value removes one. The variables that configure
    /// llama-server itself (<c>LLAMA_ARG_…</c>, <c>LLAMA_LOG_…</c>) are not inherited, only what is written here.
    /// </summary>
    public IDictionary<string, string> Environment { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets how many requests a supervised server works on at once.</summary>
    internal int Slots => ParallelSlots ?? Math.Clamp(MaxConcurrency ?? 1, 1, LlamaCppOptionsValidator.MaxSlots);

    /// <summary>Gets the id under which a supervised server serves its model.</summary>
    internal string Alias => ModelAlias ?? Path.GetFileNameWithoutExtension(ModelPath!);

    /// <summary>Fills in what follows from other options: more requests at once than slots would only wait inside the server, where nobody sees them.</summary>
    internal void Complete()
    {
        Type = LlamaCppProviderFactory.ProviderType;
        if (ModelPath is not null)
        {
            MaxConcurrency ??= Slots;
        }
    }
}
