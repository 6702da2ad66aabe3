namespace HybridLlm.Learning;

/// <summary>The budget of exploring: which requests may explore.</summary>
/// <remarks>
/// A request may when its number times the golden ratio, without the whole part, is below the share. These numbers fill the range from 0 to 1 more evenly
/// than any random ones (H. Weyl, "Über die Gleichverteilung von Zahlen mod. Eins", 1916), so that the share holds over any stretch of requests, not
/// only on average.
/// </remarks>
internal static class Exploration
{
    private const double GoldenRatio = 0.6180339887498949;

    /// <summary>Gets whether a request may explore.</summary>
    /// <param name="share">The share of requests that may, 0 to 1.</param>
    /// <param name="seed">Where the numbers begin.</param>
    /// <param name="request">The number of the request.</param>
    public static bool Allows(double share, long seed, long request)
    {
        var start = new Randomness(seed, request: 0, stream: -1).Next();
        var place = start + (request * GoldenRatio % 1);
        return place - Math.Floor(place) < share;
    }
}
