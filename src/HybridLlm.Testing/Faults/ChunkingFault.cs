namespace HybridLlm.Testing.Faults;

/// <summary>Puts the right bytes into other chunks.</summary>
internal sealed class ChunkingFault(Chunking chunking) : Fault
{
    internal override Chunking Chunking => chunking;

    public override string ToString() => chunking.ToString();
}
