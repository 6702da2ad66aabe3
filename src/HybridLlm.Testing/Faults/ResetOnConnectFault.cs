namespace HybridLlm.Testing.Faults;

/// <summary>Resets connections before they are read; the simulator looks for it when it accepts one.</summary>
internal sealed class ResetOnConnectFault : Fault
{
    internal override bool OnConnect => true;

    public override string ToString() => nameof(ResetOnConnect);
}
