namespace HybridLlm.Catalog;

/// <summary>The forms in which one model's id is written.</summary>
internal static class ModelIds
{
    private const string DefaultTag = ":latest";
    private const string FileExtension = ".gguf";

    /// <summary>Gets an id without the tag and the extension that say nothing.</summary>
    public static string Plain(string id)
    {
        id = id.Trim();
        return id.EndsWith(DefaultTag, StringComparison.OrdinalIgnoreCase) ? id[..^DefaultTag.Length]
            : id.EndsWith(FileExtension, StringComparison.OrdinalIgnoreCase) ? id[..^FileExtension.Length]
            : id;
    }

    /// <summary>Gets the last part of a path.</summary>
    public static string LastPart(string id)
    {
        var rest = id.AsSpan().TrimEnd("/\\");
        return rest[(rest.LastIndexOfAny('/', '\\') + 1)..].ToString();
    }

    /// <summary>Gets a name for people: a file's name instead of its path, without what says nothing.</summary>
    public static string DisplayName(string id)
    {
        var isFile = id.EndsWith(FileExtension, StringComparison.OrdinalIgnoreCase) || id.Contains('\\', StringComparison.Ordinal) || id.StartsWith('/') || id.StartsWith('.');
        var name = Plain(isFile ? LastPart(id) : id);
        return name.Length > 0 ? name : id;
    }

    /// <summary>
    /// Finds the reported model that a written id means: the very same id or alias, else the same but for case, tag and extension, else the only one of which the last
    /// part of the path is the same.
    /// </summary>
    public static ProviderModel? Match(string written, IReadOnlyList<ProviderModel> reported)
    {
        var plain = Plain(written);
        var found = First(reported, written, static (name, wanted) => name.Equals(wanted, StringComparison.Ordinal))
            ?? First(reported, plain, static (name, wanted) => Plain(name).Equals(wanted, StringComparison.OrdinalIgnoreCase));
        if (found is not null)
        {
            return found;
        }

        var last = LastPart(plain);
        var alike = reported.Where(model => NamesOf(model).Any(name => LastPart(Plain(name)).Equals(last, StringComparison.OrdinalIgnoreCase))).Take(2).ToArray();
        return alike is [var only] ? only : null;
    }

    /// <summary>Says whether the backend knows the model under exactly this id.</summary>
    public static bool IsExact(string written, ProviderModel model) => NamesOf(model).Contains(written, StringComparer.Ordinal);

    /// <summary>Finds the first model by its id, else by an alias: what a model is counts for more than what it is also called.</summary>
    private static ProviderModel? First(IReadOnlyList<ProviderModel> models, string wanted, Func<string, string, bool> isSame) =>
        models.FirstOrDefault(model => isSame(model.Id, wanted)) ?? models.FirstOrDefault(model => model.Aliases.Any(alias => isSame(alias, wanted)));

    private static IEnumerable<string> NamesOf(ProviderModel model) => model.Aliases.Prepend(model.Id);
}
