namespace HybridLlm.Metrics.Sums;

/// <summary>A snapshot with its sums, opened.</summary>
/// <param name="Name">Its full path.</param>
/// <param name="Stream">The snapshot.</param>
/// <param name="Sums">Its sums; <see langword="null"/> when there are none that can be read.</param>
internal sealed record SnapshotPart(string Name, FileStream Stream, SumsFile? Sums) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync().ConfigureAwait(false);
        if (Sums is not null)
        {
            await Sums.DisposeAsync().ConfigureAwait(false);
        }
    }
}
