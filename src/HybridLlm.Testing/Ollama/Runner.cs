using HybridLlm.Testing.Generation;

namespace HybridLlm.Testing.Ollama;

/// <summary>A loaded model. Its state belongs to the scheduler, and is changed under its lock.</summary>
internal sealed class Runner(SimulatedModel model, string digest, LoadOptions options, SlotPool slots)
{
    /// <summary>Gets the model under the name that loaded it.</summary>
    public SimulatedModel Model => model;

    public string Digest => digest;

    public LoadOptions Options => options;

    public SlotPool Slots => slots;

    /// <summary>Gets or sets how long the model stays when it is idle; zero while somebody waits for its place.</summary>
    public TimeSpan KeepAlive { get; set; }

    /// <summary>Gets or sets when the model goes, if it stays idle.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>Gets or sets how many requests the model works on, those that wait for a slot included.</summary>
    public int Uses { get; set; }
}
