namespace HybridLlm.Tests.Configuration;

public sealed class FakeNestedOptions
{
    public int Port { get; set; } = 8080;

    public bool Verbose { get; set; }
}
