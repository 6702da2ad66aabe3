using System.Runtime.Intrinsics;
using HybridLlm.Classification;

namespace HybridLlm.Training.Learning;

/// <summary>
/// Learns the weights of <see cref="LevelLayer"/> by AdaGrad, in a seeded order, from what the heads say of prompts that they did not learn from: of those that
/// they did, they are surer than they will ever be again.
/// </summary>
internal sealed class LevelFit
{
    private const int Levels = ClassifierModel.Levels;
    private const int Candidates = 3;
    private const int Epochs = 6;
    private const int Averaged = 2;
    private const double Rate = 0.1;
    private const double Shrinkage = 1e-5;
    private const double FirstSquare = 1e-6;

    // What readers find hard and what models fail at agree little, so outcomes have a say too, but not so loud that readers are no longer heard. Cut like this, there are
    // about as many of each level as the level head finds: simple is what four of nine models can do, complex what none can.
    private const double OutcomeWeight = 0.2;
    private const float SimpleUpTo = 0.6f;
    private const float MediumUpTo = 0.95f;

    private static readonly Calibration Plain = new(1, [0], [0]);

    private readonly double[] _weights = new double[LevelLayer.Weights];
    private readonly double[] _squares = new double[LevelLayer.Weights];

    private LevelFit() => Array.Fill(_squares, FirstSquare);

    /// <summary>Gets what was learned, in the order in which the layer reads it.</summary>
    public float[] Weights => [.. _weights.Select(w => (float)w)];

    /// <summary>
    /// Learns. Each prompt is shown twice, with the types that it was taken for and with the one that it is: the layer is asked for the one where the model is alone,
    /// and for what is close to the other where a second opinion or the caller says more.
    /// </summary>
    public static LevelFit Learn(IReadOnlyList<Prediction> predictions, Calibration tasks, Hyperparameters parameters)
    {
        var fit = new LevelFit();
        var shown = predictions.SelectMany(p => Shown.All(p, tasks)).ToArray();
        var random = new Random(parameters.Seed);
        var sum = new double[LevelLayer.Weights];
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            random.Shuffle(shown);
            foreach (var example in shown)
            {
                fit.Update(example);
            }

            // The mean of the last rounds does not hang on which prompt came last.
            for (var i = 0; epoch >= Epochs - Averaged && i < sum.Length; i++)
            {
                sum[i] += fit._weights[i] / Averaged;
            }
        }

        sum.CopyTo(fit._weights, 0);
        return fit;
    }

    /// <summary>Gets the types that a prompt is taken for, as a profile names them.</summary>
    public static (int Task, float Probability)[] Guess(Prediction prediction, Calibration tasks)
    {
        var shares = prediction.Logits[..ClassifierModel.FirstLevel];
        tasks.Spread(shares);
        return [.. shares.Select((share, task) => (Task: task, Probability: share)).OrderByDescending(t => t.Probability).Take(Candidates)];
    }

    /// <summary>Computes the logits of the levels.</summary>
    public float[] Logits(Prediction prediction, (int Task, float Probability)[] types) => Logits(new Shown(prediction, types));

    private float[] Logits(Shown shown)
    {
        var logits = new float[Levels];
        for (var level = 0; level < Levels; level++)
        {
            var sum = 0.0;
            foreach (var (row, value) in shown.Rows)
            {
                for (var i = 0; i < LevelLayer.Circumstances; i++)
                {
                    sum += value * shown.Circumstances[i] * _weights[At(row, i, level)];
                }
            }

            logits[level] = (float)sum;
        }

        return logits;
    }

    private void Update(Shown shown)
    {
        var shares = Logits(shown);
        Plain.Spread(shares);
        for (var level = 0; level < Levels; level++)
        {
            var error = shown.Weight * (shares[level] - (level == shown.Level ? 1 : 0));
            foreach (var (row, value) in shown.Rows)
            {
                for (var i = 0; i < LevelLayer.Circumstances; i++)
                {
                    var at = At(row, i, level);
                    var gradient = (error * value * shown.Circumstances[i]) + (Shrinkage * _weights[at]);
                    _squares[at] += gradient * gradient;
                    _weights[at] -= Rate * gradient / Math.Sqrt(_squares[at]);
                }
            }
        }
    }

    private static int At(int row, int circumstance, int level) => (((row * LevelLayer.Circumstances) + circumstance) * Levels) + level;

    /// <summary>A prompt as the layer sees it.</summary>
    private sealed class Shown
    {
        public Shown(Prediction prediction, (int Task, float Probability)[] types)
        {
            Level = prediction.Example.Level;
            Circumstances = LevelLayer.CircumstancesOf(prediction.Logits, prediction.Example.Length);
            var readings = LevelLayer.ReadingsOf(prediction.Logits);
            var rows = new List<(int, float)>();
            for (var i = 0; i < LevelLayer.Readings; i++)
            {
                rows.Add((i, readings[i]));
            }

            Rows = [.. rows, .. types.Select(type => (LevelLayer.Readings + type.Task, type.Probability))];
        }

        public int Level { get; private init; }

        public double Weight { get; private init; } = 1;

        public Vector128<float> Circumstances { get; }

        public (int Row, float Value)[] Rows { get; }

        public static IEnumerable<Shown> All(Prediction prediction, Calibration tasks)
        {
            var example = prediction.Example;
            var guessed = Guess(prediction, tasks);
            return example.Level >= 0
                ? [new(prediction, guessed), new(prediction, [(example.Task, 1)])]
                : [new(prediction, guessed) { Level = example.Failure <= SimpleUpTo ? 0 : example.Failure <= MediumUpTo ? 1 : 2, Weight = OutcomeWeight }];
        }
    }
}
