namespace HybridLlm.Metrics;

/// <summary>A mean in which each value weighs a constant factor less than the one after it. Not biased towards zero while it has seen few values.</summary>
internal struct MovingAverage
{
    private double _sum;
    private double _weight;

    /// <summary>Gets the mean; <see langword="null"/> before the first value.</summary>
    public readonly double? Value => _weight > 0 ? _sum / _weight : null;

    public void Add(double value, double decay)
    {
        _sum = (_sum * decay) + value;
        _weight = (_weight * decay) + 1;
    }

    /// <summary>Changes a value that is in the mean already.</summary>
    /// <param name="difference">The new value minus the old one.</param>
    /// <param name="weight">What the value weighs by now.</param>
    public void Correct(double difference, double weight) => _sum += difference * weight;
}
