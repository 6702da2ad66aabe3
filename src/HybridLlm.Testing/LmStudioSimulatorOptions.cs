namespace HybridLlm.Testing;

/// <summary>Settings of an <see cref="LmStudioSimulator"/>.</summary>
/// <remarks>
/// <see cref="LlmSimulatorOptions.Slots"/> is the number of concurrent predictions of each loaded model, and
/// <see cref="LlmSimulatorOptions.ContextLength"/> the context with which a model is loaded when nobody says otherwise.
/// </remarks>
public sealed class LmStudioSimulatorOptions : LlmSimulatorOptions
{
    /// <summary>Gets the models on the disk; while empty, the default, there is one, of the name <see cref="LlmSimulatorOptions.Model"/>.</summary>
    public IList<SimulatedModel> Models { get; } = [];

    /// <summary>Gets the models that can be downloaded.</summary>
    public IList<SimulatedModel> Catalog { get; } = [];

    /// <summary>Gets or sets the generations of the native interface; both by default.</summary>
    public LmStudioRest Rest { get; set; } = LmStudioRest.V1;

    /// <summary>
    /// Gets or sets a value indicating whether a request loads the model it names; true by default. Otherwise the lists of
    /// <c>/v1/models</c> and <c>/api/v0/models</c> show loaded models only, and the only loaded one answers to every name.
    /// </summary>
    public bool JustInTimeLoading { get; set; } = true;

    /// <summary>Gets or sets a value indicating whether a model that a request loads takes the place of the one that an earlier request loaded; true by default.</summary>
    public bool KeepOnlyLastJustInTimeModel { get; set; } = true;

    /// <summary>Gets or sets how long a model that a request loaded stays when it is idle; an hour by default. A request that loads one can say otherwise.</summary>
    public TimeSpan IdleTimeToLive { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Gets or sets where thoughts are; in <c>reasoning_content</c> by default.</summary>
    public LmStudioReasoning Reasoning { get; set; }

    /// <summary>Gets or sets how long a download takes; zero by default.</summary>
    public TimeSpan DownloadTime { get; set; }

    internal override void Validate()
    {
        base.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(DownloadTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(IdleTimeToLive, TimeSpan.Zero);
    }
}
