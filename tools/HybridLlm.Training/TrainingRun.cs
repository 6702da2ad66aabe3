using HybridLlm.Classification;
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
        var levels = CalibrationFit.Fit([.. labelled.Select(p => (p.Logits[ClassifierModel.FirstLevel..ClassifierModel.Failure], p.Example.Level, -1))]);
        ValidationReport.Write(output, predictions, tasks, levels);
        if (validateOnly)
        {
            return null;
        }

        var failures = predictions.Where(p => Everyday.Contains(p.Example.Kind)).Select(p => p.Logits[ClassifierModel.Failure]);
        return WeightsFile.Write(LinearModel.Learn(examples, parameters), parameters, tasks, levels, failures);
    }
}
