using Microsoft.Extensions.Logging;

namespace HybridLlm.Metrics;

/// <summary>How many cells there may be: task types are free text, and memory is not.</summary>
internal sealed class CellBudget(int limit, ILogger logger)
{
    private int _taken;
    private long _refused;

    /// <summary>Gets how often a cell was not created.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Asks for one more cell. The first refusal is logged, each is counted.</summary>
    public bool TryTake()
    {
        // The first look keeps the count from growing without end once the budget is spent.
        if (Volatile.Read(ref _taken) < limit && Interlocked.Increment(ref _taken) <= limit)
        {
            return true;
        }

        if (Interlocked.Increment(ref _refused) == 1)
        {
            MetricsLog.TooManyCells(logger, limit);
        }

        return false;
    }
}
