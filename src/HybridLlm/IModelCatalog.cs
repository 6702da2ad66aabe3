using System.Diagnostics.CodeAnalysis;

namespace HybridLlm;

/// <summary>An immutable view of the models that requests may be routed to.</summary>
public interface IModelCatalog
{
    /// <summary>Gets the models.</summary>
    IReadOnlyList<ModelProfile> Models { get; }

    /// <summary>Finds a model by its name or one of its aliases, without regard to case.</summary>
    /// <param name="name">The name.</param>
    /// <param name="model">The model, if there is one.</param>
    /// <returns>Whether there is one.</returns>
    bool TryFind(string name, [MaybeNullWhen(false)] out ModelProfile model);
}
