using HybridLlm.Classification;
using HybridLlm.Training.Data;
using HybridLlm.Training.Learning;
using HybridLlm.Training.Validation;

namespace HybridLlm.Training;

/// <summary>Validates on authors left out, calibrates on what came of that, then learns from all and writes the weights.</summary>
internal sealed class TrainingRun(Hyperparameters parameters, TextWriter output)
{
    /// <summary>The share of models that fail is looked up among the prompts as people send them, not among benchmarks alone.</summary>
    private static readonly string[] Everyday = ["chat", "public", "outcomes"];

    /// <summary>Trains; returns the weights file, or nothing when only validating.</summary>
    public byte[]? Run(IReadOnlyList<Example> examples, int processors, bool validateOnly)
    {
        var predictions = CrossValidation.Predict(examples, parameters, processors);
        var labelled = predictions.Where(p => p.Example.Task >= 0).ToList();
        var tasks = CalibrationFit.Fit([.. labelled.Select(p => (p.Logits[..ClassifierModel.FirstLevel], p.Example.Task, p.Example.Also))]);
        var layers = LeftOut(predictions, tasks);
        var levels = CalibrationFit.Fit([.. labelled.Select(p => (layers[p.Fold].Logits(p, LevelFit.Guess(p, tasks)), p.Example.Level, -1))]);
        ValidationReport.Write(output, predictions, tasks, p => layers[p.Fold], levels);
        if (validateOnly)
        {
            return null;
        }

        var failures = predictions.Where(p => Everyday.Contains(p.Example.Kind)).Select(p => p.Logits[ClassifierModel.Failure]);
        return WeightsFile.Write(LinearModel.Learn(examples, parameters), parameters, tasks, LevelFit.Learn(predictions, tasks, parameters), levels, failures);
    }

    // The layer for each fold is learned from what was said of the other folds by models that had not seen those prompts.
    private LevelFit[] LeftOut(List<Prediction> predictions, Calibration tasks) =>
        [.. Enumerable.Range(0, Corpus.Parts).Select(fold => LevelFit.Learn([.. predictions.Where(p => p.Fold != fold)], tasks, parameters))];
}
