using System.Collections.Concurrent;

namespace HybridLlm.Learning;

/// <summary>What is learned of each model from the words of prompts. Writers lock; readers do not.</summary>
internal sealed class PromptModels
{
    private readonly ConcurrentDictionary<string, Entry> _models = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private RecentForecasts? _recent;
    private volatile int _useful;

    /// <summary>Gets whether words count for no model, so that prompts need not be read.</summary>
    public bool IsQuiet => _useful == 0;

    /// <summary>Gets whether nothing was learned.</summary>
    public bool IsEmpty => _models.IsEmpty;

    /// <summary>Finds what was learned of a model; <see langword="null"/> while words do not count for it, or when it is another version now.</summary>
    public PromptModel? Find(string model, string? version) =>
        _models.TryGetValue(model, out var entry) && entry.IsUseful && entry.Knows(version) ? entry.Model : null;

    /// <summary>Learns from a call.</summary>
    /// <param name="lesson">What the call teaches.</param>
    /// <param name="features">The prompt.</param>
    /// <param name="most">How many models are learned about; a further one is left out.</param>
    public void Learn(in PromptLesson lesson, ReadOnlySpan<ushort> features, int most)
    {
        lock (_gate)
        {
            if (!_models.TryGetValue(lesson.Model, out var entry))
            {
                if (_models.Count >= most)
                {
                    return;
                }

                _models[lesson.Model] = entry = new();
            }

            var wasUseful = entry.IsUseful;
            if (!entry.Knows(lesson.Version))
            {
                entry.Model.Forget();
                _recent?.Forget(entry.Model);
            }

            entry.Version = lesson.Version ?? entry.Version;
            var forecast = entry.Model.Learn(lesson.Expected, lesson.Score, features);
            if (lesson.RequestId is { } id)
            {
                (_recent ??= new()).Add(entry.Model, id, forecast, features);
            }

            Count(entry, wasUseful);
        }
    }

    /// <summary>Takes a rating of a call, if it is one of the latest.</summary>
    /// <param name="requestId">The request.</param>
    /// <param name="model">The model that answered.</param>
    /// <param name="failed">Whether the rating makes it a failure; otherwise it is again what it was.</param>
    public void Rate(string requestId, string model, bool failed)
    {
        lock (_gate)
        {
            if (_models.TryGetValue(model, out var entry))
            {
                var wasUseful = entry.IsUseful;
                _recent?.Correct(entry.Model, requestId, failed);
                Count(entry, wasUseful);
            }
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _models.Clear();
            _recent = null;
            _useful = 0;
        }
    }

    private void Count(Entry entry, bool wasUseful)
    {
        if (entry.IsUseful != wasUseful)
        {
            _useful += wasUseful ? -1 : 1;
        }
    }

    private sealed class Entry
    {
        private string? _version;

        public PromptModel Model { get; } = new();

        public bool IsUseful => Model.Weight > 0;

        public string? Version
        {
            get => Volatile.Read(ref _version);
            set => Volatile.Write(ref _version, value);
        }

        // Who does not say the version says nothing of a change.
        public bool Knows(string? version) => version is null || Version is not { } known || known == version;
    }
}
