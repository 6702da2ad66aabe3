using System.Collections.Concurrent;
using HybridLlm.Learning;

namespace HybridLlm.Metrics;

/// <summary>A tracker that gives what a choice looks at without the rest: with many models that rest is most of the cost of a choice.</summary>
internal interface IMeasurementSource
{
    /// <summary>Finds what is known of the models at a task, by their names; <see langword="null"/> when nothing is.</summary>
    ConcurrentDictionary<string, TaskCell>? FindTask(string taskType);

    /// <summary>Finds what is believed of a model over all its tasks; <see langword="null"/> when it was never called.</summary>
    ModelBelief? FindBelief(string model);

    /// <summary>Gets what was learned from the words of prompts.</summary>
    PromptModels Prompts { get; }
}
