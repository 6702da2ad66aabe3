namespace HybridLlm.Confidence;

/// <summary>The latest judged answers of a model, at a task or at all tasks, and the correction that fits them. Its owner locks.</summary>
internal sealed class CalibrationCell
{
    /// <summary>How many answers are remembered: enough for a stable fit, few enough to follow a change.</summary>
    public const int Window = 200;

    private CalibrationSample[] _samples = new CalibrationSample[8];
    private int _count;
    private int _next;
    private volatile PlattFit _fit = PlattFit.Identity;

    /// <summary>Gets the present correction; safe on any thread.</summary>
    public PlattFit Fit => _fit;

    public int Count => _count;

    /// <summary>Takes a judgement; a later one of the same request replaces the earlier one.</summary>
    public void Add(CalibrationSample sample)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_samples[i].Source == sample.Source)
            {
                _samples[i] = sample;
                return;
            }
        }

        if (_count == _samples.Length && _count < Window)
        {
            Array.Resize(ref _samples, Math.Min(Window, _count * 2));
        }

        _samples[_next] = sample;
        _count = Math.Max(_count, _next + 1);
        _next = (_next + 1) % Window;
    }

    /// <summary>Fits the correction anew.</summary>
    public void Refit(PlattFit prior) => _fit = PlattFit.To(_samples.AsSpan(0, _count), prior);
}
