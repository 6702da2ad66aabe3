using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HybridLlm.Classification;

/// <summary>The learned model: a row of whole numbers for each known feature, and how they become probabilities. Immutable.</summary>
/// <remarks><c>tools/HybridLlm.Training</c> writes it; docs/classification.md says what it was trained on and how well it does.</remarks>
internal sealed class ClassifierModel
{
    /// <summary>What a weights file of this version begins with.</summary>
    public const int Magic = 0x324C4348;

    /// <summary>The outputs of a row: the task types, the levels, the share of models that fail, and which collections the prompt reads like.</summary>
    public const int Columns = 24;

    /// <summary>The column of the first level.</summary>
    public const int FirstLevel = 18;

    /// <summary>The number of levels.</summary>
    public const int Levels = 3;

    /// <summary>The column of the share of models that fail.</summary>
    public const int Failure = FirstLevel + Levels;

    /// <summary>The column of how much a prompt reads like one that was typed into a chat.</summary>
    public const int Chat = Failure + 1;

    /// <summary>The column of how much a prompt reads like one that was collected in public.</summary>
    public const int Public = Chat + 1;

    /// <summary>How many weights of a byte a 16-bit sum holds.</summary>
    private const int MaxRowsPerSum = 256;

    private const string ResourceName = "HybridLlm.Classification.classifier.bin";

    private static readonly Lazy<ClassifierModel> Default = new(Load);

    private readonly sbyte[] _weights;
    private readonly float[] _scales = new float[Columns];
    private readonly float[] _bias = new float[Columns];
    private readonly float[] _blockScales = new float[FeatureSet.Blocks];

    private ClassifierModel(ReadOnlySpan<byte> file)
    {
        var reader = new Reader(file);
        if (reader.Int() != Magic)
        {
            throw new InvalidDataException("The classifier's weights are not a weights file of this version.");
        }

        var rows = reader.Int();
        reader.Floats(_scales);
        reader.Floats(_bias);
        reader.Floats(_blockScales);
        TaskCalibration = Calibration.Read(ref reader);
        var levelCalibration = Calibration.Read(ref reader);
        LevelLayer = new(reader.Floats(new float[LevelLayer.Weights]), levelCalibration);
        FailureQuantiles = reader.Floats(new float[reader.Int()]);
        Table = new(reader.UShorts(new ushort[rows]));

        // A row is read 32 bytes at a time, so the last one needs something behind it.
        _weights = new sbyte[(rows * Columns) + Vector256<sbyte>.Count];
        reader.Bytes(_weights.AsSpan(0, rows * Columns));
    }

    /// <summary>Gets the model that is shipped; it is loaded when it is first asked for.</summary>
    public static ClassifierModel Shipped => Default.Value;

    /// <summary>Gets the known features.</summary>
    public FeatureTable Table { get; }

    /// <summary>Gets how probabilities of types become confidences.</summary>
    public Calibration TaskCalibration { get; }

    /// <summary>Gets what tells the levels when the heads have spoken.</summary>
    public LevelLayer LevelLayer { get; }

    /// <summary>Gets the predicted failures of the training prompts, at equal steps from the least to the greatest.</summary>
    public float[] FailureQuantiles { get; }

    /// <summary>Reads a model.</summary>
    public static ClassifierModel Read(ReadOnlySpan<byte> file) => new(file);

    /// <summary>Computes the logits of all outputs.</summary>
    public void Predict(FeatureSet features, Span<float> logits)
    {
        _bias.CopyTo(logits);
        Span<int> sums = stackalloc int[32];
        for (var block = 0; block < FeatureSet.Blocks; block++)
        {
            var rows = features[(FeatureSet.Block)block];
            if (rows.IsEmpty)
            {
                continue;
            }

            sums.Clear();
            for (var start = 0; start < rows.Length; start += MaxRowsPerSum)
            {
                Sum(rows.Slice(start, Math.Min(MaxRowsPerSum, rows.Length - start)), sums);
            }

            var scale = _blockScales[block] / MathF.Sqrt(rows.Length);
            for (var i = 0; i < Columns; i++)
            {
                logits[i] += scale * _scales[i] * sums[i];
            }
        }
    }

    private void Sum(ReadOnlySpan<int> rows, Span<int> sums)
    {
        ref var weights = ref MemoryMarshal.GetArrayDataReference(_weights);
        var low = Vector256<short>.Zero;
        var high = Vector256<short>.Zero;
        foreach (var row in rows)
        {
            var (first, second) = Vector256.Widen(Vector256.LoadUnsafe(ref weights, (nuint)(row * Columns)));
            low += first;
            high += second;
        }

        var (a, b) = Vector256.Widen(low);
        var (c, d) = Vector256.Widen(high);
        Add(a, sums);
        Add(b, sums[8..]);
        Add(c, sums[16..]);
        Add(d, sums[24..]);

        static void Add(Vector256<int> values, Span<int> to) => (Vector256.Create<int>(to[..8]) + values).CopyTo(to);
    }

    private static ClassifierModel Load()
    {
        using var stream = typeof(ClassifierModel).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {ResourceName}.");
        var file = new byte[stream.Length];
        stream.ReadExactly(file);
        return new(file);
    }

    /// <summary>Reads the parts of a weights file, all little-endian.</summary>
    internal ref struct Reader(ReadOnlySpan<byte> file)
    {
        private ReadOnlySpan<byte> _rest = file;

        public int Int() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

        public float Float() => BinaryPrimitives.ReadSingleLittleEndian(Take(sizeof(float)));

        public float[] Floats(float[] values)
        {
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = Float();
            }

            return values;
        }

        public ushort[] UShorts(ushort[] values)
        {
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));
            }

            return values;
        }

        public void Bytes(Span<sbyte> values) => MemoryMarshal.Cast<byte, sbyte>(Take(values.Length)).CopyTo(values);

        private ReadOnlySpan<byte> Take(int length)
        {
            if (length > _rest.Length)
            {
                throw new InvalidDataException("The classifier's weights end too early.");
            }

            var part = _rest[..length];
            _rest = _rest[length..];
            return part;
        }
    }
}
