using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using HybridLlm.Classification;

namespace HybridLlm.Training.Learning;

/// <summary>
/// A linear model with four heads over shared features, learned by AdaGrad one example after another in a seeded order: the same input gives the
/// same bits.
/// </summary>
internal sealed class Learner
{
    private const int Tasks = ClassifierModel.FirstLevel;
    private const int Failure = ClassifierModel.Failure;
    private const int Outputs = ClassifierModel.Columns;
    private const float FirstSquare = 1e-3f;

    private static readonly Calibration Plain = new(1, [0], [0]);

    private readonly Hyperparameters _parameters;
    private readonly int _bias;
    private readonly float[] _weights;
    private readonly float[] _squares;
    private readonly float[] _rarity;

    public Learner(Hyperparameters parameters, int features)
    {
        _parameters = parameters;
        _bias = features;
        var rows = features + 1;
        _weights = new float[rows * Outputs];
        _squares = new float[rows * Outputs];
        _rarity = new float[rows];
        Array.Fill(_rarity, 1);
    }

    /// <summary>Gets what the outputs start from.</summary>
    public ReadOnlySpan<float> Bias => Row(_bias);

    /// <summary>Gets the weights of a feature, without regard to how rare it is.</summary>
    public ReadOnlySpan<float> Row(int row) => _weights.AsSpan(row * Outputs, Outputs);

    /// <summary>Gets how much a feature counts, more the rarer it is.</summary>
    public float RarityOf(int row) => _rarity[row];

    /// <summary>Learns once.</summary>
    public void Train(IReadOnlyList<Example> examples)
    {
        CountFeatures(examples);
        TrainMember(examples, _parameters.Seed);
    }

    /// <summary>
    /// Learns several times, each time in another order, and keeps the mean. The mean of linear models is one, so it costs nothing to run; and what one member
    /// took for a rule because of what it saw last, the others do not.
    /// </summary>
    public void TrainMembers(IReadOnlyList<Example> examples)
    {
        CountFeatures(examples);
        var sum = new float[_weights.Length];
        for (var member = 0; member < _parameters.Members; member++)
        {
            _weights.AsSpan().Clear();
            _squares.AsSpan().Clear();
            TrainMember(examples, _parameters.Seed + member);
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += _weights[i] / _parameters.Members;
            }
        }

        sum.CopyTo(_weights, 0);
    }

    private void TrainMember(IReadOnlyList<Example> examples, int seed)
    {
        var order = Enumerable.Range(0, examples.Count).ToArray();
        var random = new Random(seed);
        Span<float> z = stackalloc float[Outputs];
        Span<float> g = stackalloc float[Outputs];
        for (var epoch = 0; epoch < _parameters.Epochs; epoch++)
        {
            random.Shuffle(order);
            var rate = 1 - ((float)epoch / _parameters.Epochs);
            foreach (var i in order)
            {
                var example = examples[i];
                Predict(example, z);
                Gradient(example, z, g);
                Update(example, g, rate);
            }
        }
    }

    /// <summary>Computes the outputs of all heads: logits.</summary>
    public void Predict(Example example, Span<float> z)
    {
        var a0 = Vector256.LoadUnsafe(ref _weights[_bias * Outputs]);
        var a1 = Vector256.LoadUnsafe(ref _weights[(_bias * Outputs) + 8]);
        var a2 = Vector256.LoadUnsafe(ref _weights[(_bias * Outputs) + 16]);
        var start = 0;
        for (var block = 0; block < FeatureSet.Blocks; block++)
        {
            var end = example.Ends[block];
            var scale = Scale(block, end - start);
            for (var i = start; i < end; i++)
            {
                var row = example.Features[i];
                var x = Vector256.Create(scale * _rarity[row]);
                ref var w = ref _weights[row * Outputs];
                a0 += x * Vector256.LoadUnsafe(ref w);
                a1 += x * Vector256.LoadUnsafe(ref w, 8);
                a2 += x * Vector256.LoadUnsafe(ref w, 16);
            }

            start = end;
        }

        a0.CopyTo(z);
        a1.CopyTo(z[8..]);
        a2.CopyTo(z[16..]);
    }

    private float Scale(int block, int count) => count == 0 ? 0 : _parameters.BlockScales[block] / MathF.Sqrt(count);

    private void CountFeatures(IReadOnlyList<Example> examples)
    {
        var counts = new int[_rarity.Length];
        foreach (var example in examples)
        {
            foreach (var row in example.Features)
            {
                counts[row]++;
            }
        }

        var max = MathF.Log(examples.Count);
        for (var i = 0; i < counts.Length; i++)
        {
            _rarity[i] = counts[i] == 0 ? 0 : (1 + MathF.Log((float)examples.Count / counts[i])) / (1 + max) * 2;
        }
    }

    private static void Gradient(Example example, Span<float> z, Span<float> g)
    {
        g.Clear();
        if (example.Task >= 0)
        {
            Gradient(z[..Tasks], g, example.Task, example.Weight);
        }

        if (example.Level >= 0)
        {
            Gradient(z.Slice(Tasks, ClassifierModel.Levels), g[Tasks..], example.Level, 1);
        }

        if (!float.IsNaN(example.Failure))
        {
            g[Failure] = Share(z[Failure]) - example.Failure;
        }

        if (example.Origin is { } origin)
        {
            g[ClassifierModel.Chat] = Share(z[ClassifierModel.Chat]) - (origin == Origin.Chat ? 1 : 0);
            g[ClassifierModel.Public] = Share(z[ClassifierModel.Public]) - (origin == Origin.Public ? 1 : 0);
        }
    }

    private static float Share(float logit) => 1 / (1 + MathF.Exp(-logit));

    private static void Gradient(Span<float> z, Span<float> g, int label, float weight)
    {
        Plain.Spread(z);
        for (var i = 0; i < z.Length; i++)
        {
            g[i] = weight * (z[i] - (i == label ? 1 : 0));
        }
    }

    private void Update(Example example, ReadOnlySpan<float> g, float rate)
    {
        var g0 = Vector256.Create(g);
        var g1 = Vector256.Create(g[8..]);
        var g2 = Vector256.Create(g[16..]);
        var taskStep = Vector256.Create(rate * _parameters.TaskRate);
        var lastStep = rate * Vector256.Create(_parameters.TaskRate, _parameters.TaskRate, _parameters.LevelRate, _parameters.LevelRate, _parameters.LevelRate, _parameters.FailureRate, _parameters.OriginRate, _parameters.OriginRate);
        var start = 0;
        for (var block = 0; block < FeatureSet.Blocks; block++)
        {
            var end = example.Ends[block];
            var scale = Scale(block, end - start);
            for (var i = start; i < end; i++)
            {
                var row = example.Features[i];
                UpdateRow(row, Vector256.Create(scale * _rarity[row]), g0, g1, g2, taskStep, lastStep);
            }

            start = end;
        }

        UpdateRow(_bias, Vector256<float>.One, g0, g1, g2, taskStep, lastStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void UpdateRow(int row, Vector256<float> x, Vector256<float> g0, Vector256<float> g1, Vector256<float> g2, Vector256<float> step, Vector256<float> lastStep)
    {
        ref var w = ref _weights[row * Outputs];
        ref var s = ref _squares[row * Outputs];
        Step(ref w, ref s, x * g0, step);
        Step(ref Unsafe.Add(ref w, 8), ref Unsafe.Add(ref s, 8), x * g1, step);
        Step(ref Unsafe.Add(ref w, 16), ref Unsafe.Add(ref s, 16), x * g2, lastStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(ref float w, ref float s, Vector256<float> g, Vector256<float> step)
    {
        var weights = Vector256.LoadUnsafe(ref w);
        var squares = Vector256.LoadUnsafe(ref s) + (g * g);
        squares.StoreUnsafe(ref s);
        var move = step * (g / (Vector256.Sqrt(squares) + Vector256.Create(FirstSquare)));
        (weights - move).StoreUnsafe(ref w);
    }
}
