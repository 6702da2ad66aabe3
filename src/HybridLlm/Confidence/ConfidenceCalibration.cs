using System.Collections.Concurrent;

namespace HybridLlm.Confidence;

/// <summary>
/// Learns from judged answers what a confidence is worth, for each model at each task: of the answers that look 0.8 good, 0.8 are to be good.
/// </summary>
/// <remarks>
/// Deterministic: the same judgements in the same order give the same corrections. A task of which little is known starts from what is known of the model at all tasks.
/// Readers take no lock. The memory is bounded: at most <see cref="MostCells"/> corrections with <see cref="CalibrationCell.Window"/> judgements each.
/// </remarks>
internal sealed class ConfidenceCalibration
{
    public const int MostCells = 512;

    /// <summary>The name under which a model's judgements at all tasks stand; no task type is called so.</summary>
    private const string AllTasks = "";

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<(string Model, string Task), CalibrationCell> _cells = new();

    /// <summary>Corrects a confidence.</summary>
    /// <param name="model">The model that answered.</param>
    /// <param name="task">The task type.</param>
    /// <param name="logit">The logit of the uncorrected confidence.</param>
    public double Apply(string model, string task, double logit) => FitOf(model, task).Apply(logit);

    /// <summary>Counts the judgements that are remembered of a model at a task.</summary>
    public int Judgements(string model, string task) => _cells.TryGetValue((model, task), out var cell) ? cell.Count : 0;

    /// <summary>Learns what an answer turned out to be.</summary>
    public void Learn(string model, string task, CalibrationSample sample)
    {
        if (!double.IsFinite(sample.Logit) || !(sample.Label is >= 0 and <= 1) || !(sample.Weight > 0))
        {
            return;
        }

        lock (_lock)
        {
            var prior = PlattFit.Identity;
            if (FindOrAdd(model, AllTasks) is { } all)
            {
                all.Add(sample);
                all.Refit(PlattFit.Identity);
                prior = all.Fit;
            }

            if (FindOrAdd(model, task) is { } own)
            {
                own.Add(sample);
                own.Refit(prior);
            }
        }
    }

    private PlattFit FitOf(string model, string task) =>
        _cells.TryGetValue((model, task), out var own) ? own.Fit
        : _cells.TryGetValue((model, AllTasks), out var all) ? all.Fit
        : PlattFit.Identity;

    private CalibrationCell? FindOrAdd(string model, string task)
    {
        if (_cells.TryGetValue((model, task), out var cell))
        {
            return cell;
        }

        if (_cells.Count >= MostCells)
        {
            return null;
        }

        return _cells[(model, task)] = new();
    }
}
