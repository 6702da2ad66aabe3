using HybridLlm.Classification;
using HybridLlm.Training.Data;
using HybridLlm.Training.Learning;
using HybridLlm.Training.Validation;

namespace HybridLlm.Tests.Classification;

/// <summary>The shipped weights are what the trainer makes of the prompts in <c>data/prompts</c>.</summary>
public sealed class TrainingTests
{
    private const int Every = 12;

    // A model small enough to be learned in seconds.
    private static readonly Hyperparameters Small = new()
    {
        SelectionBits = 18,
        Groups = 4096,
        Members = 2,
        Epochs = 5,
    };

    private static string DataFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "HybridLlm.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository."), "data", "prompts");
    }

    [Fact]
    public void Training_on_a_sample_repeats_to_the_byte_and_agrees_with_the_shipped_weights()
    {
        var examples = Corpus.Labelled(DataFolder(), Small);
        var sample = examples.Where((_, i) => i % Every == 0).ToList();
        var others = examples.Where((_, i) => i % Every == Every / 2).ToList();

        var retrained = LinearModel.Learn(sample, Small);
        var predictions = others.ConvertAll(example => new Prediction(example, retrained.Predict(example), Fold: 0));
        var file = Write(retrained, predictions);

        Assert.Equal(file, Write(LinearModel.Learn(sample, Small), predictions));

        // What was learned from is remembered: it falls when features change and the weights are not learned again.
        var shipped = Accuracy(ClassifierModel.Shipped, others, _ => true);
        Assert.InRange(shipped, 0.95, 1);

        // What a twelfth teaches is much less, but far beyond chance, and where it is sure the shipped weights agree with it.
        var small = ClassifierModel.Read(file);
        Assert.InRange(Accuracy(small, others, _ => true), 0.5, 0.95);
        Assert.InRange(Accuracy(small, others, confidence => confidence > 0.9), 0.85, 1);
    }

    [Fact]
    public void Weights_as_bytes_say_what_the_learned_ones_say()
    {
        var sample = Corpus.Labelled(DataFolder(), Small).Where((_, i) => i % Every == 0).ToList();
        var learned = LinearModel.Learn(sample, Small);
        var predictions = sample.ConvertAll(example => new Prediction(example, learned.Predict(example), Fold: 0));
        var small = ClassifierModel.Read(Write(learned, predictions));

        var agree = predictions.Count(p => Best(p.Logits) == Best(Predict(small, p.Example)));

        Assert.InRange((double)agree / predictions.Count, 0.99, 1);
    }

    [Fact]
    public void Levels_are_told_by_the_weights_file_as_they_were_learned_and_better_than_by_the_level_head_alone()
    {
        var all = Corpus.Labelled(DataFolder(), Small);
        var learned = LinearModel.Learn([.. all.Where((_, i) => i % Every == 0)], Small);
        var predictions = all.Where((_, i) => i % Every is 1 or 2).Select(example => new Prediction(example, learned.Predict(example), Fold: 0)).ToList();
        var (known, unknown) = (predictions.Where((_, i) => i % 2 == 0).ToList(), predictions.Where((_, i) => i % 2 == 1).ToList());
        var tasks = CalibrationFit.Fit([.. known.Select(p => (p.Logits[..ClassifierModel.FirstLevel], p.Example.Task, p.Example.Also))]);
        var fit = LevelFit.Learn(known, tasks, Small);
        var layer = ClassifierModel.Read(WeightsFile.Write(learned, Small, tasks, fit, new(1, [0], [0]), [0])).LevelLayer;

        var (told, alone) = (0, 0);
        foreach (var p in unknown)
        {
            var types = LevelFit.Guess(p, tasks);
            var logits = fit.Logits(p, types);
            var levels = layer.Tell(p.Logits, p.Example.Length, [.. types.Select(type => Type(type.Task, type.Probability))]);
            new Calibration(1, [0], [0]).Spread(logits);
            Assert.All(logits.Zip(levels), pair => Assert.Equal(pair.First, pair.Second, 1e-4));

            told += (int)levels.Likeliest == p.Example.Level ? 1 : 0;
            alone += p.Logits.AsSpan(ClassifierModel.FirstLevel, ClassifierModel.Levels).IndexOf(p.Logits[ClassifierModel.FirstLevel..ClassifierModel.Failure].Max()) == p.Example.Level ? 1 : 0;
        }

        Assert.True(told > alone, $"{told} levels of {unknown.Count} told right, {alone} by the level head alone.");
    }

    [Fact]
    public void Calibration_makes_confidence_mean_how_often_it_is_right()
    {
        var random = new Random(5);
        var predictions = new List<(float[] Logits, int Label, int Also)>();
        for (var i = 0; i < 4000; i++)
        {
            // Logits three times too sure of themselves.
            var logits = Enumerable.Range(0, 4).Select(_ => (float)(random.NextDouble() * 3)).ToArray();
            var honest = new Calibration(1, [0], [0]);
            var p = logits.ToArray();
            honest.Spread(p);
            var draw = random.NextDouble();
            var label = 0;
            while (label < 3 && (draw -= p[label]) > 0)
            {
                label++;
            }

            predictions.Add(([.. logits.Select(z => 3 * z)], label, -1));
        }

        var fitted = CalibrationFit.Fit(predictions);

        Assert.InRange(fitted.Temperature, 2.7, 3.3);
        Assert.InRange(ValidationReport.CalibrationError(Told(fitted)), 0, 0.02);
        Assert.InRange(ValidationReport.CalibrationError(Told(new(1, [0, 1], [0, 1]))), 0.1, 1);

        IEnumerable<(double, double)> Told(Calibration calibration) => predictions.Select(p =>
        {
            var z = p.Logits.ToArray();
            var best = calibration.Spread(z);
            return (calibration.Confidence(z[best]), best == p.Label ? 1.0 : 0);
        });
    }

    [Fact]
    public void Spearman_ranks_ties_alike()
    {
        Assert.Equal(1, RankCorrelation.Spearman([1, 2, 3], [10, 20, 40]), 12);
        Assert.Equal(-1, RankCorrelation.Spearman([1, 2, 3], [3, 2, 1]), 12);
        Assert.Equal(0, RankCorrelation.Spearman([1, 1, 1], [3, 2, 1]), 12);
        Assert.Equal(Math.Sqrt(3) / 2, RankCorrelation.Spearman([1, 1, 2], [1, 2, 3]), 12);
    }

    [Fact]
    public void A_damaged_weights_file_is_refused()
    {
        Assert.Throws<InvalidDataException>(() => ClassifierModel.Read([1, 2, 3, 4, 5, 6, 7, 8]));
        Assert.Throws<InvalidDataException>(() => ClassifierModel.Read([0x48, 0x43, 0x4C, 0x32, 8, 0, 0, 0]));
    }

    private static byte[] Write(LinearModel model, List<Prediction> predictions)
    {
        var tasks = CalibrationFit.Fit([.. predictions.Select(p => (p.Logits[..ClassifierModel.FirstLevel], p.Example.Task, p.Example.Also))]);
        var layer = LevelFit.Learn(predictions, tasks, Small);
        var levels = CalibrationFit.Fit([.. predictions.Select(p => (layer.Logits(p, LevelFit.Guess(p, tasks)), p.Example.Level, -1))]);
        return WeightsFile.Write(model, Small, tasks, layer, levels, predictions.Select(p => p.Logits[ClassifierModel.Failure]));
    }

    private static double Accuracy(ClassifierModel model, List<Example> examples, Func<double, bool> where)
    {
        var told = examples
            .Select(example =>
            {
                var logits = Predict(model, example);
                var best = model.TaskCalibration.Spread(logits);
                return (Confidence: model.TaskCalibration.Confidence(logits[best]), Right: best == example.Task || best == example.Also);
            })
            .Where(t => where(t.Confidence))
            .ToList();
        Assert.NotEmpty(told);
        return told.Average(t => t.Right ? 1.0 : 0);
    }

    private static float[] Predict(ClassifierModel model, Example example)
    {
        var features = new FeatureSet(model.Table);
        var at = 0;
        for (var block = 0; block < FeatureSet.Blocks; block++)
        {
            for (; at < example.Ends[block]; at++)
            {
                features.AddFinished((uint)example.Features[at]);
            }

            features.End((FeatureSet.Block)block);
        }

        var logits = new float[ClassifierModel.Columns];
        model.Predict(features, logits);
        return logits[..ClassifierModel.FirstLevel];
    }

    private static TaskCandidate Type(int task, float probability) => new(PromptClassifier.Tasks[task], probability);

    private static int Best(float[] logits) => logits.AsSpan(0, ClassifierModel.FirstLevel).IndexOf(logits.Take(ClassifierModel.FirstLevel).Max());
}
