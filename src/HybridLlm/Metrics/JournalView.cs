using HybridLlm.Metrics.Sums;

namespace HybridLlm.Metrics;

/// <summary>The files of a journal as they are at one moment, opened. Files that went into a snapshot and are still there are left out.</summary>
internal sealed class JournalView : IAsyncDisposable
{
    private readonly List<SnapshotPart> _parts = [];
    private readonly List<FileStream> _segments = [];

    /// <summary>Gets the snapshots, the oldest name first.</summary>
    public IReadOnlyList<SnapshotPart> Parts => _parts;

    /// <summary>Gets the segments, the oldest name first.</summary>
    public IReadOnlyList<FileStream> Segments => _segments;

    /// <summary>Opens the files. The caller holds the lock of the folder, at least shared, until this returns.</summary>
    public static async ValueTask<JournalView> OpenAsync(JournalFolder folder, CancellationToken cancellationToken)
    {
        var view = new JournalView();
        try
        {
            foreach (var file in folder.Snapshots.Order(StringComparer.Ordinal))
            {
                var stream = JournalFolder.OpenShared(file);
                view._parts.Add(new(file, stream, Sums: null));
                view._parts[^1] = view._parts[^1] with
                {
                    Sums = await SumsFile.OpenAsync(JournalFolder.SumsOf(file), stream.Length, cancellationToken).ConfigureAwait(false),
                };
            }

            var merged = view._parts.SelectMany(static part => part.Sums?.Merged ?? []).ToHashSet(StringComparer.Ordinal);
            foreach (var part in view._parts.Where(part => merged.Contains(Path.GetFileName(part.Name))).ToList())
            {
                view._parts.Remove(part);
                await part.DisposeAsync().ConfigureAwait(false);
            }

            foreach (var file in folder.Segments.Order(StringComparer.Ordinal).Where(file => !merged.Contains(Path.GetFileName(file))))
            {
                view._segments.Add(JournalFolder.OpenShared(file));
            }

            return view;
        }
        catch
        {
            await view.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in _parts)
        {
            await part.DisposeAsync().ConfigureAwait(false);
        }

        foreach (var segment in _segments)
        {
            await segment.DisposeAsync().ConfigureAwait(false);
        }
    }
}
