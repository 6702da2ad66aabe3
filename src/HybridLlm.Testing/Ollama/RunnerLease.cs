namespace HybridLlm.Testing.Ollama;

/// <summary>Keeps a model loaded while a request needs it.</summary>
internal sealed class RunnerLease(OllamaScheduler scheduler, Runner runner) : IDisposable
{
    private int _given;

    public Runner Runner => runner;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _given, 1) == 0)
        {
            scheduler.Release(runner);
        }
    }
}
