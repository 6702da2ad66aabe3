using HybridLlm.Tool.Files;

namespace HybridLlm.Tool.Live;

/// <summary>Which of the models is the fast one, and which the strong one.</summary>
internal static class LiveModels
{
    /// <summary>Chooses both; what is not named is the model with the highest assumed speed, or quality.</summary>
    /// <exception cref="InputException">There are fewer than two models, or a name is none of them.</exception>
    public static (string Fast, string Strong) Choose(IModelCatalog catalog, string? fast, string? strong)
    {
        var models = catalog.Models.Where(model => (model.Features & ~LlmFeatures.Embeddings) != 0).ToList();
        if (models.Count < 2)
        {
            throw new InputException($"The configured providers serve {models.Count} models that answer. To compare a fast with a strong one it takes two. Are the servers running?");
        }

        var strongest = Find(catalog, strong) ?? models.MaxBy(model => (model.Quality, Size(model)))!;
        var fastest = Find(catalog, fast) ?? models.Where(model => model.Name != strongest.Name).MaxBy(model => (model.Speed, -Size(model)))!;
        return (fastest.Name, strongest.Name);
    }

    private static double Size(ModelProfile model) => model.ParameterCount ?? model.MemoryMB ?? 0;

    private static ModelProfile? Find(IModelCatalog catalog, string? name) =>
        name is null ? null
        : catalog.TryFind(name, out var model) ? model
        : throw new InputException($"There is no model '{name}'. There are: {string.Join(", ", catalog.Models.Select(m => m.Name))}.");
}
