using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace HybridLlm.Catalog;

/// <summary>An immutable view of the models.</summary>
/// <param name="models">The models.</param>
/// <param name="names">Every name and alias.</param>
internal sealed class ModelCatalog(IReadOnlyList<ModelProfile> models, IEnumerable<KeyValuePair<string, ModelProfile>> names) : IModelCatalog
{
    private readonly FrozenDictionary<string, ModelProfile> _byName = names.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<ModelProfile> Models { get; } = models;

    public bool TryFind(string name, [MaybeNullWhen(false)] out ModelProfile model) => _byName.TryGetValue(name, out model);
}
