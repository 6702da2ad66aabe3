namespace HybridLlm.Testing.Faults;

/// <summary>Ends, or hangs, before the first byte of the answer.</summary>
internal sealed class EndFault(Ending ending) : Fault
{
    public override string ToString() => ending == Ending.Stall ? nameof(Hang) : ending.ToString();

    internal override async Task<bool> InterceptAsync(Exchange exchange)
    {
        await exchange.EndAsync(ending).ConfigureAwait(false);
        return true;
    }
}
