using System.Collections.Concurrent;

namespace HybridLlm.Experiments;

/// <summary>A variant with its model found in the catalog.</summary>
/// <param name="experiment">The name of the experiment.</param>
/// <param name="name">The name of the variant.</param>
/// <param name="options">What it changes.</param>
/// <param name="model">The name of its model; <see langword="null"/> where it names none, or one that nobody serves at present.</param>
internal sealed class Variant(string experiment, string name, VariantOptions options, string? model)
{
    // One for each model, so that what is remembered of answers refers to nothing that belongs to a single request.
    private readonly ConcurrentDictionary<string, ExperimentAssignment> _assignments = new(StringComparer.Ordinal);

    public string Name => name;

    public VariantOptions Options => options;

    public string? Model => model;

    /// <summary>Gets a value indicating whether the variant names a model that nobody serves at present.</summary>
    public bool LacksModel => options.Model is not null && model is null;

    public ExperimentAssignment AssignTo(string firstModel) =>
        _assignments.GetOrAdd(firstModel, static (first, self) => new(self.experiment, self.name, first, self.options), (experiment, name, options));
}
