namespace HybridLlm.Execution;

/// <summary>Which share of a model's first answers at a task is kept, the latest counting most.</summary>
internal sealed class KeptShare
{
    /// <summary>What is assumed of a model that has not been tried: that trying it pays.</summary>
    public const double Prior = 0.75;

    private const double PriorWeight = 3;
    private const double Decay = 0.97;

    /// <summary>How much is forgotten each time that the model is passed over: half of it in some two hundred.</summary>
    private const double Fading = 0.997;

    private readonly Lock _lock = new();
    private double _kept;
    private double _all;

    public double Value
    {
        get
        {
            lock (_lock)
            {
                return (_kept + (Prior * PriorWeight)) / (_all + PriorWeight);
            }
        }
    }

    public void Add(bool isKept)
    {
        lock (_lock)
        {
            _kept = (_kept * Decay) + (isKept ? 1 : 0);
            _all = (_all * Decay) + 1;
        }
    }

    public void Fade()
    {
        lock (_lock)
        {
            _kept *= Fading;
            _all *= Fading;
        }
    }
}
