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
    /// Finds the reported model that a written id means: the very same, else the same but for case, tag and extension, else the only one whose last part of the path is the same.
    /// </summary>
    public static ProviderModel? Match(string written, IReadOnlyList<ProviderModel> reported)
    {
        foreach (var model in reported)
        {
            if (IsExact(written, model))
            {
                return model;
            }
        }

        var plain = Plain(written);
        foreach (var model in reported)
        {
            if (NamesOf(model).Any(name => Plain(name).Equals(plain, StringComparison.OrdinalIgnoreCase)))
            {
                return model;
            }
        }

        var last = LastPart(plain);
        ProviderModel? found = null;
        foreach (var model in reported)
        {
            if (NamesOf(model).Any(name => LastPart(Plain(name)).Equals(last, StringComparison.OrdinalIgnoreCase)))
            {
                if (found is not null)
                {
                    return null;
                }

                found = model;
            }
        }

        return found;
    }

    /// <summary>Says whether the backend knows the model under exactly this id.</summary>
    public static bool IsExact(string written, ProviderModel model) => NamesOf(model).Contains(written, StringComparer.Ordinal);

    private static IEnumerable<string> NamesOf(ProviderModel model) => model.Aliases.Prepend(model.Id);
}
