using System.Diagnostics.CodeAnalysis;

namespace HybridLlm.Tests.Selection;

/// <summary>A catalog of a few models.</summary>
internal sealed class TestCatalog(params ModelProfile[] models) : IModelCatalog
{
    public IReadOnlyList<ModelProfile> Models => models;

    public bool TryFind(string name, [MaybeNullWhen(false)] out ModelProfile model)
    {
        model = models.FirstOrDefault(m => Is(m.Name, name) || m.Aliases.Any(alias => Is(alias, name)));
        return model is not null;
    }

    private static bool Is(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
