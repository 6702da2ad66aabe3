using HybridLlm.Testing.Generation;

namespace HybridLlm.Testing.LmStudio;

/// <summary>A model that is loaded, or being loaded. Its state belongs to the host, and is changed under its lock.</summary>
internal sealed class Instance(string id, SimulatedModel model, int context, SlotPool slots, TimeSpan? timeToLive)
{
    public string Id => id;

    public SimulatedModel Model => model;

    public int Context => context;

    public SlotPool Slots => slots;

    /// <summary>Gets how long the instance stays when it is idle; <see langword="null"/> for ever, and for one that was loaded on purpose.</summary>
    public TimeSpan? TimeToLive => timeToLive;

    /// <summary>Gets the task that completes when the instance is loaded.</summary>
    public required Task Loaded { get; init; }

    public DateTimeOffset ExpiresAt { get; set; }

    public int Uses { get; set; }

    /// <summary>Gets or sets a value indicating whether the instance goes as soon as it is idle.</summary>
    public bool IsLeaving { get; set; }
}
