namespace HybridLlm.Experiments;

/// <summary>An experiment as requests meet it. Immutable, and without memory: who gets what follows from a key.</summary>
internal sealed class Experiment
{
    private readonly ExperimentOptions _options;
    private readonly double[] _upTo;

    public Experiment(ExperimentOptions options, IModelCatalog catalog)
    {
        _options = options;
        Variants =
        [
            .. options.Variants
                .Where(static variant => variant.Value.Weight > 0)
                .OrderBy(static variant => variant.Key, StringComparer.Ordinal)
                .Select(variant => new Variant(
                    Name, variant.Key, variant.Value, variant.Value.Model is { } name && catalog.TryFind(name, out var model) ? model.Name : null)),
        ];
        _upTo = new double[Variants.Length];
        var sum = 0.0;
        for (var i = 0; i < Variants.Length; i++)
        {
            _upTo[i] = sum += Variants[i].Options.Weight;
        }

        SetsModel = Variants.Any(static variant => variant.Options.Model is not null);
        SetsTemperature = Variants.Any(static variant => variant.Options.Temperature is not null);
        SetsTopP = Variants.Any(static variant => variant.Options.TopP is not null);
        SetsMaxTokens = Variants.Any(static variant => variant.Options.MaxTokens is not null);
    }

    public string Name => _options.Name!;

    public string Key => _options.Key;

    /// <summary>Gets the variants in the order of their names.</summary>
    public Variant[] Variants { get; }

    public bool SetsModel { get; }

    public bool SetsTemperature { get; }

    public bool SetsTopP { get; }

    public bool SetsMaxTokens { get; }

    public bool IsFor(string taskType) => _options.Task is null || _options.Task == taskType;

    /// <summary>Finds the variant of a key; <see langword="null"/> when the key takes no part.</summary>
    public Variant? VariantOf(string key)
    {
        var (place, share) = KeyHash.Draw(Name, key);
        if (share >= _options.Share)
        {
            return null;
        }

        place *= _upTo[^1];
        var index = Array.FindIndex(_upTo, upTo => place < upTo);
        return Variants[index < 0 ? Variants.Length - 1 : index];
    }
}
