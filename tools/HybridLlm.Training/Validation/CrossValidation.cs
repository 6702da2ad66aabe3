using HybridLlm.Training.Data;
using HybridLlm.Training.Learning;

namespace HybridLlm.Training.Validation;

/// <summary>Predicts every prompt with a model that saw nothing of its author.</summary>
internal static class CrossValidation
{
    /// <summary>Predicts all examples, in order.</summary>
    public static List<Prediction> Predict(IReadOnlyList<Example> examples, Hyperparameters parameters, int processors)
    {
        var folds = Folds(examples);
        var logits = new float[examples.Count][];
        Parallel.For(0, Corpus.Parts, new ParallelOptions { MaxDegreeOfParallelism = processors }, fold =>
        {
            var model = LinearModel.Learn([.. examples.Where(example => folds[example.Group] != fold)], parameters);
            for (var i = 0; i < examples.Count; i++)
            {
                if (folds[examples[i].Group] == fold)
                {
                    logits[i] = model.Predict(examples[i]);
                }
            }
        });
        return [.. examples.Zip(logits, (example, z) => new Prediction(example, z, folds[example.Group]))];
    }

    // Each kind's authors are dealt out in the order of their names, so that every fold leaves out some of each.
    private static Dictionary<string, int> Folds(IReadOnlyList<Example> examples) => examples
        .Select(example => (example.Kind, example.Group))
        .Distinct()
        .GroupBy(pair => pair.Kind)
        .SelectMany(kind => kind.Select(pair => pair.Group).Order(StringComparer.Ordinal).Select((group, i) => (group, Fold: i % Corpus.Parts)))
        .ToDictionary(pair => pair.group, pair => pair.Fold);
}
