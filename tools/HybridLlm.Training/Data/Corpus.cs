using HybridLlm.Classification;
using HybridLlm.Training.Learning;

namespace HybridLlm.Training.Data;

/// <summary>The prompts to learn from.</summary>
internal static class Corpus
{
    /// <summary>What has no author is cut into so many parts for validation.</summary>
    public const int Parts = 4;

    private static readonly string[] Kinds = ["balanced", "chat", "public"];

    private static readonly string[] Levels = ["simple", "medium", "complex"];

    /// <summary>Reads labelled prompts; the files of the folder are named in its README.</summary>
    public static List<Example> Labelled(string folder, Hyperparameters parameters) =>
    [
        .. Read(Path.Combine(folder, "authored.jsonl"), parameters),
        .. Read(Path.Combine(folder, "plain.jsonl"), parameters),
        .. Read(Path.Combine(folder, "public-labelled.jsonl"), parameters),
    ];

    /// <summary>Reads prompts of which it is known how models fared.</summary>
    public static List<Example> Outcomes(string file)
    {
        var hasher = new Hasher();
        return [.. JsonLines.Read(file, TrainingJsonContext.Default.OutcomeRow).Select((row, i) => hasher.Hash(row.Prompt) with
        {
            Failure = (float)row.Failure,
            Kind = "outcomes",
            Group = $"outcomes/{i % Parts}",
        })];
    }

    private static List<Example> Read(string file, Hyperparameters parameters)
    {
        var hasher = new Hasher();
        return [.. JsonLines.Read(file, TrainingJsonContext.Default.PromptRow).Select((row, i) => hasher.Hash(row.Prompt) with
        {
            Task = Known(PromptClassifier.Tasks, row.TaskType, file),
            Also = row.Also is null ? -1 : Array.IndexOf(PromptClassifier.Tasks, row.Also),
            Level = Known(Levels, row.Complexity, file),
            Weight = row.Sure ? 1 : parameters.UnsureWeight,
            Origin = OriginOf(row),
            Kind = Kinds[(int)OriginOf(row)],
            Group = row.Author ?? $"public/{i % Parts}",
        })];
    }

    private static Origin OriginOf(PromptRow row) =>
        row.Author is null ? Origin.Public : row.Author.StartsWith("chat_", StringComparison.Ordinal) ? Origin.Chat : Origin.Balanced;

    private static int Known(string[] names, string name, string file) =>
        Array.IndexOf(names, name) is var at and >= 0 ? at : throw new InvalidDataException($"{file}: '{name}' is not one of {string.Join(", ", names)}.");

    private sealed class Hasher
    {
        private readonly FeatureExtractor _extractor = new();
        private readonly FeatureSet _features = new(table: null);

        public Example Hash(string prompt)
        {
            _extractor.Extract(prompt, _features);
            var features = new List<int>();
            var ends = new int[FeatureSet.Blocks];
            for (var block = 0; block < FeatureSet.Blocks; block++)
            {
                features.AddRange(_features[(FeatureSet.Block)block].ToArray().Distinct());
                ends[block] = features.Count;
            }

            return new()
            {
                Features = [.. features],
                Ends = ends,
                Length = _extractor.Scan.Counts.Length,
                Kind = "",
                Group = "",
            };
        }
    }
}
