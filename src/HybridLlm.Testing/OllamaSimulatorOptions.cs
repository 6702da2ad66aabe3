namespace HybridLlm.Testing;

/// <summary>Settings of an <see cref="OllamaSimulator"/>.</summary>
/// <remarks>
/// <see cref="LlmSimulatorOptions.Slots"/> is <c>OLLAMA_NUM_PARALLEL</c>, the requests that each model works on at the same time, and
/// 1 by default. <see cref="LlmSimulatorOptions.ContextLength"/> is <c>OLLAMA_CONTEXT_LENGTH</c>, the context of a model for which a
/// request does not say <c>num_ctx</c>. <see cref="LlmSimulatorOptions.ApiKeys"/> stand for a proxy before the server: Ollama itself
/// knows no keys.
/// </remarks>
public sealed class OllamaSimulatorOptions : LlmSimulatorOptions
{
    /// <summary>Initializes a new instance of the <see cref="OllamaSimulatorOptions"/> class.</summary>
    public OllamaSimulatorOptions() => Slots = 1;

    /// <summary>Gets the models on the disk; while empty, the default, there is one, of the name <see cref="LlmSimulatorOptions.Model"/>.</summary>
    public IList<SimulatedModel> Models { get; } = [];

    /// <summary>Gets the models that the registry has, to be pulled.</summary>
    public IList<SimulatedModel> Registry { get; } = [];

    /// <summary>Gets or sets how many models may be loaded at the same time, as <c>OLLAMA_MAX_LOADED_MODELS</c> says; 3 by default.</summary>
    public int MaxLoadedModels { get; set; } = 3;

    /// <summary>
    /// Gets or sets how many requests may wait for a model to be loaded before the server answers 503, as <c>OLLAMA_MAX_QUEUE</c> says,
    /// besides the one whose load is under way; 512 by default. Requests for a loaded model are not counted.
    /// </summary>
    public int MaxQueuedLoads { get; set; } = 512;

    /// <summary>Gets or sets how long a model stays loaded when nobody says otherwise; five minutes by default.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets or sets how long the download of a model takes; zero by default. Progress comes every 60 ms.</summary>
    public TimeSpan DownloadTime { get; set; }

    /// <summary>Gets or sets the version that the server says it is; <c>0.33.0</c> by default.</summary>
    public string Version { get; set; } = "0.33.0";

    internal override void Validate()
    {
        base.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxLoadedModels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxQueuedLoads, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(DownloadTime, TimeSpan.Zero);
        ArgumentException.ThrowIfNullOrEmpty(Version);
    }
}
