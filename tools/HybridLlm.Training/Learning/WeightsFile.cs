using HybridLlm.Classification;

namespace HybridLlm.Training.Learning;

/// <summary>Writes a model in the form that <see cref="ClassifierModel"/> reads: weights as bytes, each column with a scale of its own.</summary>
internal static class WeightsFile
{
    private const int Quantiles = 64;

    /// <summary>The share of a column's weights that is cut off, so that one outlier does not cost all others their precision.</summary>
    private const double CutOff = 0.0005;

    public static byte[] Write(LinearModel model, Hyperparameters parameters, Calibration tasks, LevelFit layer, Calibration levels, IEnumerable<float> failures)
    {
        var rows = model.Fingerprints.Length;
        var scales = Scales(model.Learner, rows);
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(ClassifierModel.Magic);
        writer.Write(rows);
        Write(writer, scales);
        Write(writer, model.Learner.Bias);
        Write(writer, parameters.BlockScales);
        Write(writer, tasks);
        Write(writer, levels);
        Write(writer, layer.Weights);
        var sorted = failures.Order().ToArray();
        writer.Write(Quantiles);
        for (var i = 0; i < Quantiles; i++)
        {
            writer.Write(sorted[(int)((i + 0.5) * sorted.Length / Quantiles)]);
        }

        foreach (var fingerprint in model.Fingerprints)
        {
            writer.Write(fingerprint);
        }

        for (var row = 0; row < rows; row++)
        {
            var weights = model.Learner.Row(row);
            var rarity = model.Learner.RarityOf(row);
            for (var i = 0; i < ClassifierModel.Columns; i++)
            {
                writer.Write((sbyte)Math.Clamp(MathF.Round(weights[i] * rarity / scales[i]), -sbyte.MaxValue, sbyte.MaxValue));
            }
        }

        return stream.ToArray();
    }

    private static float[] Scales(Learner learner, int rows)
    {
        var scales = new float[ClassifierModel.Columns];
        var magnitudes = new float[rows];
        for (var i = 0; i < scales.Length; i++)
        {
            for (var row = 0; row < rows; row++)
            {
                magnitudes[row] = MathF.Abs(learner.Row(row)[i] * learner.RarityOf(row));
            }

            Array.Sort(magnitudes);
            scales[i] = Math.Max(magnitudes[(int)(rows * (1 - CutOff))], float.Epsilon * 1000) / sbyte.MaxValue;
        }

        return scales;
    }

    private static void Write(BinaryWriter writer, Calibration calibration)
    {
        writer.Write(calibration.Temperature);
        writer.Write(calibration.From.Length);
        Write(writer, calibration.From);
        Write(writer, calibration.To);
    }

    private static void Write(BinaryWriter writer, ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            writer.Write(value);
        }
    }
}
