using System.Collections.Concurrent;
using HybridLlm.Metrics;

namespace HybridLlm.Selection;

/// <summary>Finds what is known of the models at a task by their positions. A cell lives as long as its tracker, so each is looked up by its name once.</summary>
/// <param name="source">What is known of the task, by the names of models.</param>
/// <param name="models">How many models there are.</param>
internal sealed class MeasuredModels(ConcurrentDictionary<string, TaskCell> source, int models)
{
    private readonly TaskCell?[] _cells = new TaskCell?[models];

    /// <summary>Tells whether these are the cells of a tracker's task.</summary>
    public bool Are(ConcurrentDictionary<string, TaskCell> of) => ReferenceEquals(source, of);

    /// <summary>Finds what is known of a model; <see langword="null"/> when nothing is.</summary>
    /// <param name="index">The position of the model.</param>
    /// <param name="name">Its name.</param>
    public TaskCell? Find(int index, string name) => _cells[index] ?? (_cells[index] = source.GetValueOrDefault(name));
}
