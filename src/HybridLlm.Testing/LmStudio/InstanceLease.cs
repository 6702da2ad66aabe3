namespace HybridLlm.Testing.LmStudio;

/// <summary>Keeps an instance while a request needs it.</summary>
internal sealed class InstanceLease(LmStudioHost host, Instance instance) : IDisposable
{
    private int _given;

    public Instance Instance => instance;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _given, 1) == 0)
        {
            host.Release(instance);
        }
    }
}
