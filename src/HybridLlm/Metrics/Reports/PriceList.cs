namespace HybridLlm.Metrics.Reports;

/// <summary>What is known of the models beside their outcomes: prices and memory.</summary>
/// <param name="find">Finds the profile of a model by its name; <see langword="null"/> when there is none at present.</param>
internal sealed class PriceList(Func<string, ModelProfile?> find)
{
    private const double TokensPerPrice = 1e6;

    /// <summary>Gets the memory of a model, in megabytes; <see langword="null"/> when it is not known.</summary>
    public int? MemoryOf(string model) => find(model)?.MemoryMB;

    /// <summary>Gets what attempts cost; <see langword="null"/> when a price is not known.</summary>
    public double? CostOf(OutcomeTotals totals) => PricesOf(totals.Group.Model) is var (input, output)
        ? ((totals.InputTokens * input) + (totals.OutputTokens * output)) / TokensPerPrice
        : null;

    /// <summary>Gets what attempts of several models cost; <see langword="null"/> when one of the prices is not known.</summary>
    public double? CostOf(IEnumerable<OutcomeTotals> parts)
    {
        double sum = 0;
        foreach (var part in parts)
        {
            if (CostOf(part) is not { } cost)
            {
                return null;
            }

            sum += cost;
        }

        return sum;
    }

    // No price is a price of 0 only where nobody sends a bill.
    private (double Input, double Output)? PricesOf(string model) =>
        find(model) is { } profile && (profile.IsLocal || profile.InputPrice > 0 || profile.OutputPrice > 0) ? (profile.InputPrice, profile.OutputPrice) : null;
}
