namespace HybridLlm.Testing.Faults;

/// <summary>How the events of a stream are put into chunks.</summary>
internal enum Chunking
{
    AsRecorded,
    EveryByte,
    Merged,
}
