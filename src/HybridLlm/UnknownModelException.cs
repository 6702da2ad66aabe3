namespace HybridLlm;

/// <summary>A request names a model that the catalog does not have.</summary>
public sealed class UnknownModelException : HybridLlmException
{
    /// <summary>Initializes a new instance of the <see cref="UnknownModelException"/> class.</summary>
    /// <param name="model">The name.</param>
    /// <param name="catalog">The catalog.</param>
    public UnknownModelException(string model, IModelCatalog catalog)
        : base(Describe(model, catalog)) => Model = model;

    /// <summary>Gets the name that is not known.</summary>
    public string Model { get; }

    private static string Describe(string model, IModelCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var known = catalog.Models.Count == 0 ? "there are none" : string.Join(", ", catalog.Models.Take(20).Select(m => m.Name));
        return $"There is no model named '{model}'. Known models: {known}. Add it under HybridLlm:Models, or leave the model out to let the router choose.";
    }
}
