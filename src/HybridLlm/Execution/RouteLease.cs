namespace HybridLlm.Execution;

/// <summary>A place at a route's gates. It goes back to the gates it was taken from, also when these have been replaced meanwhile.</summary>
internal readonly struct RouteLease(ProviderRuntime provider, ConcurrencyGate providerGate, ConcurrencyGate? modelGate)
{
    public void Release()
    {
        modelGate?.Exit();
        providerGate.Exit();
        provider.Leave();
    }
}
