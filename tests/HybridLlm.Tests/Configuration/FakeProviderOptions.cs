namespace HybridLlm.Tests.Configuration;

/// <summary>Options with keys that only their provider type knows.</summary>
public sealed class FakeProviderOptions : ProviderOptions
{
    public string? ServerPath { get; set; }

    public string? ModelPath { get; set; }

    public int ContextSize { get; set; } = 2048;

    public int? Threads { get; set; }

    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromMinutes(1);

    public FakeNestedOptions Server { get; set; } = new();
}
