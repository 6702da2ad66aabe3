namespace HybridLlm.Learning;

/// <summary>Random numbers that follow from a seed, the number of a request and the number of a stream alone: asked again, they come again.</summary>
/// <remarks>
/// SplitMix64: G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014. Gamma numbers by G. Marsaglia and
/// W. W. Tsang, "A simple method for generating gamma variables", ACM TOMS 26(3), 2000.
/// </remarks>
internal struct Randomness
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;
    private ulong _state;

    public Randomness(long seed, long request, int stream)
    {
        _state = Mix(Mix((ulong)seed + GoldenGamma) ^ (ulong)request);
        _state = Mix(_state ^ ((ulong)(uint)stream << 32));
    }

    /// <summary>Draws a number from 0 to 1, 1 excluded.</summary>
    public double Next()
    {
        _state += GoldenGamma;
        return (Mix(_state) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>Draws from a Beta distribution.</summary>
    /// <param name="a">The weight of successes, above 0.</param>
    /// <param name="b">The weight of failures, above 0.</param>
    public double NextBeta(double a, double b)
    {
        var x = NextGamma(a);
        var y = NextGamma(b);

        // Both are 0 only where both weights are so small that the distribution is a coin.
        return x + y > 0 ? x / (x + y) : Next() < a / (a + b) ? 1 : 0;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private double NextGamma(double shape)
    {
        if (shape < 1)
        {
            return NextGamma(shape + 1) * Math.Pow(1 - Next(), 1 / shape);
        }

        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = NextNormal();
            var v = 1 + (c * x);
            if (v <= 0)
            {
                continue;
            }

            v = v * v * v;
            var u = 1 - Next();
            if (u < 1 - (0.0331 * x * x * x * x) || Math.Log(u) < (0.5 * x * x) + (d * (1 - v + Math.Log(v))))
            {
                return d * v;
            }
        }
    }

    // Marsaglia's polar method; its second number is thrown away, which is cheaper than keeping it.
    private double NextNormal()
    {
        while (true)
        {
            var x = (2 * Next()) - 1;
            var y = (2 * Next()) - 1;
            var square = (x * x) + (y * y);
            if (square is > 0 and < 1)
            {
                return x * Math.Sqrt(-2 * Math.Log(square) / square);
            }
        }
    }
}
