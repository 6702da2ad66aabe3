namespace HybridLlm.Experiments;

/// <summary>Pairs the observations of two variants in the order in which they came: block by block, as many of each as their weights say.</summary>
/// <remarks>
/// What changes for both in the course of time cancels out within a pair. R. Turner, A. Ly and P. Grünwald, Generic E-variables for exact sequential k-sample tests that
/// allow for optional stopping, Journal of Statistical Planning and Inference 230 (2024).
/// </remarks>
internal sealed class BlockPairs
{
    /// <summary>A block of more observations of one variant adds little to what a pair says.</summary>
    private const int LargestBlock = 8;

    private readonly Arm _control;
    private readonly Arm _variant;

    /// <param name="controlWeight">The weight of the control.</param>
    /// <param name="variantWeight">The weight of the variant.</param>
    public BlockPairs(double controlWeight, double variantWeight)
    {
        var ratio = controlWeight > 0 && variantWeight > 0 ? controlWeight / variantWeight : 1;
        _control = new(SizeOf(ratio));
        _variant = new(SizeOf(1 / ratio));
    }

    private BlockPairs(int controls, int variants)
    {
        _control = new(controls);
        _variant = new(variants);
    }

    /// <summary>Gets how many observations a pair is made of.</summary>
    public int Size => _control.Size + _variant.Size;

    /// <summary>Makes empty pairs of the same make.</summary>
    public BlockPairs Empty() => new(_control.Size, _variant.Size);

    public void AddControl(double value) => _control.Add(value);

    public void AddVariant(double value) => _variant.Add(value);

    /// <summary>Gets by how much the variant's mean is above the control's, pair by pair.</summary>
    public double[] Differences() => [.. _control.Means.Zip(_variant.Means, static (control, variant) => variant - control)];

    /// <summary>Compares the latest observations of each pair.</summary>
    /// <param name="compare">Gets the control's and the variant's and says what the pair comes to.</param>
    public double[] Compare(Func<double, double, double> compare) => [.. _control.Lasts.Zip(_variant.Lasts, compare)];

    private static int SizeOf(double ratio) => (int)Math.Clamp(Math.Round(ratio), 1, LargestBlock);

    private sealed class Arm(int size)
    {
        private double _sum;
        private int _count;

        public int Size => size;

        public List<double> Means { get; } = [];

        public List<double> Lasts { get; } = [];

        public void Add(double value)
        {
            _sum += value;
            if (++_count == size)
            {
                Means.Add(_sum / size);
                Lasts.Add(value);
                (_sum, _count) = (0, 0);
            }
        }
    }
}
