using System.Text.Json;
using HybridLlm.Tool.Files;

namespace HybridLlm.Tool.Routing;

/// <summary>The models that are chosen among.</summary>
internal sealed class ModelSet
{
    private readonly ModelCard[] _cards;

    /// <param name="cards">What is known of each model.</param>
    public ModelSet(IEnumerable<KeyValuePair<string, ModelCard>> cards)
    {
        var ordered = cards.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToList();
        Names = [.. ordered.Select(pair => pair.Key)];
        _cards = [.. ordered.Select(pair => pair.Value)];
    }

    /// <summary>Gets their names, in the order in which scores stand.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Gets the cheapest model; of equally cheap ones the smallest.</summary>
    public int Cheapest => Enumerable.Range(0, Names.Count).OrderBy(i => _cards[i].RelativePrice).ThenBy(i => _cards[i].ParametersB).First();

    /// <summary>Gets the strongest model: the one with the most parameters.</summary>
    public int Strongest => Enumerable.Range(0, Names.Count).OrderByDescending(i => _cards[i].ParametersB).ThenByDescending(i => _cards[i].RelativePrice).First();

    /// <summary>Gets what a model costs.</summary>
    public double PriceOf(int model) => _cards[model].RelativePrice;

    /// <summary>Reads the models of a file.</summary>
    /// <param name="path">One JSON object: for each model its parameters_b and relative_price.</param>
    /// <param name="only">The models to choose among; empty for all.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="InputException">The file cannot be used.</exception>
    public static async Task<ModelSet> ReadAsync(string path, IReadOnlyCollection<string> only, CancellationToken cancellationToken)
    {
        Dictionary<string, ModelCard> cards;
        try
        {
            var stream = File.OpenRead(path);
            await using var ownership = stream.ConfigureAwait(false);
            cards = await JsonSerializer.DeserializeAsync(stream, RouteJsonContext.Default.DictionaryStringModelCard, cancellationToken).ConfigureAwait(false) ?? [];
        }
        catch (JsonException exception)
        {
            throw new InputException($"{path}: {exception.Message} Write one object: for each model {{\"parameters_b\": 7, \"relative_price\": 0.2}}.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: {exception.Message}", exception);
        }

        if (only.FirstOrDefault(name => !cards.ContainsKey(name)) is { } unknown)
        {
            throw new InputException($"--only: {path} knows no model '{unknown}'. It knows {string.Join(", ", cards.Keys.Order(StringComparer.Ordinal))}.");
        }

        var chosen = cards.Where(pair => only.Count == 0 || only.Contains(pair.Key)).ToList();
        return chosen.Count > 0 ? new(chosen) : throw new InputException($"{path}: there is no model to choose. Name at least one.");
    }

    /// <summary>Gets the scores of a row, in the order of the models.</summary>
    public double[] ScoresOf(RouteRow row) => [.. Names.Select(name => row.Scores![name])];
}
