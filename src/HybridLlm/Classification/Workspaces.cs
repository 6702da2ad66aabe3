namespace HybridLlm.Classification;

/// <summary>The buffers in which prompts are taken apart: a few are kept, as many as there are processors.</summary>
internal sealed class Workspaces(FeatureTable table)
{
    private readonly Workspace?[] _kept = new Workspace?[Math.Max(2, Environment.ProcessorCount)];

    /// <summary>Takes one; a new one when all are in use.</summary>
    public Workspace Rent()
    {
        for (var i = 0; i < _kept.Length; i++)
        {
            if (Volatile.Read(ref _kept[i]) is not null && Interlocked.Exchange(ref _kept[i], null) is { } kept)
            {
                return kept;
            }
        }

        return new(new(), new(table));
    }

    /// <summary>Gives one back; it is dropped when enough are kept.</summary>
    public void Return(Workspace workspace)
    {
        for (var i = 0; i < _kept.Length; i++)
        {
            if (Volatile.Read(ref _kept[i]) is null && Interlocked.CompareExchange(ref _kept[i], workspace, null) is null)
            {
                return;
            }
        }
    }

    /// <summary>The buffers for one prompt.</summary>
    internal sealed record Workspace(FeatureExtractor Extractor, FeatureSet Features);
}
