using System.Globalization;

namespace HybridLlm;

/// <summary>A named part of a route's score.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">What it adds to the total.</param>
public readonly record struct RouteScorePart(string Name, double Value)
{
    /// <summary>Returns the part in words.</summary>
    /// <returns>The words.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} {Value:0.00}");
}
