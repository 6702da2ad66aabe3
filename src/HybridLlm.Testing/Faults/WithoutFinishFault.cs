namespace HybridLlm.Testing.Faults;

/// <summary>Leaves out the finish reason; the backend's own code does it, because some have it in one event with the last text.</summary>
internal sealed class WithoutFinishFault : Fault
{
    internal override bool OmitsFinish => true;

    public override string ToString() => nameof(MissingFinishReason);
}
