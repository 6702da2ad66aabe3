namespace HybridLlm.LmStudio.Wire;

/// <summary>A model of a list, with the instances of it that are in memory.</summary>
/// <param name="Model">The model.</param>
/// <param name="Instances">The names of the instances; loading a model twice makes two.</param>
internal sealed record ModelEntry(ProviderModel Model, IReadOnlyList<string> Instances)
{
    /// <summary>Tells whether a name means this model: its own, or that of an instance.</summary>
    public bool Answers(string name) => Model.Id == name || Model.Aliases.Contains(name);
}
