namespace HybridLlm.Execution;

/// <summary>Bounds the share of requests that are sent to a second model. Each request earns its share; a few hedges are always in stock.</summary>
internal sealed class HedgeBudget
{
    private const double Stock = 3;
    private readonly Lock _lock = new();
    private double _available = Stock;

    public void Earn(double share)
    {
        lock (_lock)
        {
            _available = Math.Min(Stock, _available + share);
        }
    }

    public bool TrySpend(double share)
    {
        lock (_lock)
        {
            if (share <= 0 || _available < 1)
            {
                return false;
            }

            _available--;
            return true;
        }
    }
}
