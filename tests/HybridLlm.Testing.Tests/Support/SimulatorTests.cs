namespace HybridLlm.Testing.Tests.Support;

/// <summary>A base of tests that talk over sockets: gives them a deadline, so that a mistake fails instead of hanging.</summary>
public abstract class SimulatorTests : IDisposable
{
    private static readonly AsyncLocal<CancellationTokenSource?> Deadline = new();

    protected SimulatorTests()
    {
        Deadline.Value = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Deadline.Value.CancelAfter(TimeSpan.FromSeconds(30));
    }

    protected static CancellationToken Token => Deadline.Value?.Token ?? TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Deadline.Value?.Dispose();
        GC.SuppressFinalize(this);
    }
}
