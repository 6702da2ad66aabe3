namespace HybridLlm.Metrics;

/// <summary>A mean in which each value weighs a constant factor less than the one after it. Not biased towards zero while it has seen few values.</summary>
internal struct MovingAverage
{
    private double _sum;
    private double _weight;

    /// <summary>Gets the mean; <see langword="null"/> before the first value.</summary>
    public readonly double? Value => _weight > 0 ? _sum / _weight : null;

    /// <summary>Gets the weighted sum of the values.</summary>
    public readonly double Sum => _sum;

    /// <summary>Gets the weight of the values.</summary>
    public readonly double Weight => _weight;

    public void Add(double value, double decay)
    {
        _sum = (_sum * decay) + value;
        _weight = (_weight * decay) + 1;
    }

    /// <summary>Changes a value that is in the mean already.</summary>
    /// <param name="difference">The new value minus the old one.</param>
    /// <param name="weight">What the value weighs by now.</param>
    public void Correct(double difference, double weight) => _sum += difference * weight;

    /// <summary>Gets the mean over these values and others.</summary>
    /// <param name="sum">The weighted sum of the others.</param>
    /// <param name="weight">Their weight.</param>
    public readonly MovingAverage Plus(double sum, double weight) => new() { _sum = _sum + sum, _weight = _weight + weight };

    /// <summary>Gets the mean over these values and others.</summary>
    public readonly MovingAverage Plus(MovingAverage others) => Plus(others._sum, others._weight);
}
