namespace HybridLlm.Catalog;

/// <summary>Finds names for discovered models that nobody else has.</summary>
internal sealed class NameTable
{
    private readonly HashSet<string> _taken;

    public NameTable(IEnumerable<string> names, IEnumerable<string> aliases) =>
        _taken = new(names.Concat(aliases), StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Names discovered models. Where several providers serve what would be called the same, every one of them is called <c>provider/model</c>: if only the
    /// later ones were, a name would stand for another model's measurements whenever a provider is away for a while.
    /// </summary>
    public IEnumerable<(string Name, (string Provider, ProviderModel Model) Model)> NameDiscovered(IReadOnlyList<(string Provider, ProviderModel Model)> models)
    {
        var wanted = models.CountBy(model => ModelIds.DisplayName(model.Model.Id), StringComparer.OrdinalIgnoreCase).ToDictionary(StringComparer.OrdinalIgnoreCase);
        foreach (var model in models)
        {
            var (provider, id) = (model.Provider, model.Model.Id);
            var name = ModelIds.DisplayName(id);
            string[] choices = wanted[name] > 1 ? [$"{provider}/{name}", $"{provider}/{id}"] : [name, $"{provider}/{name}", $"{provider}/{id}"];
            var found = Array.Find(choices, _taken.Add);
            for (var i = 2; found is null; i++)
            {
                found = _taken.Add($"{provider}/{id}~{i}") ? $"{provider}/{id}~{i}" : null;
            }

            yield return (found, model);
        }
    }
}
