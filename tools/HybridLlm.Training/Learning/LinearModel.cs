using HybridLlm.Classification;

namespace HybridLlm.Training.Learning;

/// <summary>A learned model before it is made small: which features have a row, and what was learned for each.</summary>
internal sealed record LinearModel(ushort[] Fingerprints, Learner Learner)
{
    private readonly FeatureTable _table = new(Fingerprints);

    /// <summary>Learns a model: chooses its features, then learns again with them alone.</summary>
    public static LinearModel Learn(IReadOnlyList<Example> examples, Hyperparameters parameters)
    {
        var fingerprints = FeatureSelection.Select(examples, parameters);
        var table = new FeatureTable(fingerprints);
        var learner = new Learner(parameters, table.Rows);
        learner.TrainMembers([.. examples.Select(example => example.In(table))]);
        return new(fingerprints, learner);
    }

    /// <summary>Computes the outputs of all heads.</summary>
    public float[] Predict(Example example)
    {
        var logits = new float[ClassifierModel.Columns];
        Learner.Predict(example.In(_table), logits);
        return logits;
    }
}
