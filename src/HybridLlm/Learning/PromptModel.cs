namespace HybridLlm.Learning;

/// <summary>
/// What is learned of a model from the words of prompts, beyond what its task led to expect: a logistic regression whose offset is the belief in the task. One writer at a
/// time; readers take no lock.
/// </summary>
/// <remarks>
/// <para>
/// FTRL-Proximal (H. B. McMahan et al., "Ad click prediction: a view from the trenches", KDD 2013): a row that is seen often learns more slowly, and weighs nothing until
/// enough speaks for it, so that the one word of a prompt that matters is not paid for by all the others. What was learned fades, so that prompts that a model once failed
/// at are tried again.
/// </para>
/// <para>
/// It is believed as far as it has proved useful. Each prompt is predicted before it is learned from, with the words and without, and the differences of the log losses
/// are added up: the evidence. Were the words worth nothing, <c>exp(evidence)</c> would be a fair game's winnings, which ever exceed <c>exp(7)</c> with a chance of
/// <c>exp(-7)</c>, one in a thousand, however often one looks (J. Ville, 1939; G. Shafer, "Testing by betting", JRSS A 184, 2021). Only what is beyond counts: the weight is
/// 1 - 7 / evidence, and 0 below.
/// </para>
/// </remarks>
internal sealed class PromptModel
{
    /// <summary>The evidence, in nats, that it takes before words count.</summary>
    public const double Doubt = 7;

    /// <summary>The number of outcomes after which what was learned has halved.</summary>
    public const int HalfLife = 2_000;

    private const double MostEvidence = 10 * Doubt;
    private const float Rate = 0.4f;
    private const float Threshold = 2;
    private const double BiasRate = 1.5;
    private const double BiasDamping = 0.5;
    private const double FarthestMove = 4;
    private const double FarthestLogOdds = 20;
    private const double Least = 0.02;
    private const int FadeEvery = 50;
    private static readonly float Kept = (float)Math.Pow(0.5, (double)FadeEvery / HalfLife);

    private readonly float[] _sums = new float[PromptFeatures.Rows];
    private readonly float[] _squares = new float[PromptFeatures.Rows];
    private double _bias;
    private double _biasSquares;
    private double _evidence;
    private double _weight;
    private int _untilFade = FadeEvery;

    /// <summary>Gets how far words count, 0 to 1.</summary>
    public double Weight => Volatile.Read(ref _weight);

    /// <summary>Gets by how much words predicted better than the task alone, in nats; for the writer.</summary>
    public double Evidence => _evidence;

    /// <summary>Moves an expectation by what the words of a prompt say.</summary>
    /// <param name="expected">What the task led to expect, 0 to 1.</param>
    /// <param name="features">The prompt.</param>
    public double Move(double expected, ReadOnlySpan<ushort> features) => Squash(LogOdds(expected) + (Weight * Score(features)));

    /// <summary>Predicts what a call came to, and then learns from it.</summary>
    /// <param name="expected">What the task led to expect before the call, 0 to 1.</param>
    /// <param name="score">How well it went, 0 to 1.</param>
    /// <param name="features">The prompt.</param>
    public PromptForecast Learn(double expected, double score, ReadOnlySpan<ushort> features)
    {
        // The bias catches what the belief in the task is late with, so that it is not taken for the words' merit.
        var offset = LogOdds(expected) + _bias;
        var forecast = new PromptForecast(Squash(offset), Squash(offset + Score(features)), score);
        Weigh(forecast.Gain(score));
        Descend(Step.Of(forecast.Alone - score), Step.Of(forecast.WithWords - score), features);
        if (--_untilFade == 0)
        {
            Fade();
        }

        return forecast;
    }

    /// <summary>Learns that a call which was learned from went otherwise.</summary>
    /// <param name="forecast">What was predicted of it.</param>
    /// <param name="score">How well it really went, 0 to 1.</param>
    /// <param name="features">The prompt.</param>
    public void Correct(PromptForecast forecast, double score, ReadOnlySpan<ushort> features)
    {
        Weigh(forecast.Gain(score) - forecast.Gain(forecast.Score));
        Descend(Step.Between(forecast.Alone, forecast.Score, score), Step.Between(forecast.WithWords, forecast.Score, score), features);
    }

    /// <summary>Forgets everything: the model is another one.</summary>
    public void Forget()
    {
        _sums.AsSpan().Clear();
        _squares.AsSpan().Clear();
        (_bias, _biasSquares, _evidence) = (0, 0, 0);
        Volatile.Write(ref _weight, 0);
    }

    private double Score(ReadOnlySpan<ushort> features)
    {
        var sum = 0f;
        foreach (var row in features)
        {
            sum += WeightOf(_sums[row], _squares[row]);
        }

        return Math.Clamp(sum, -FarthestMove, FarthestMove);
    }

    // A word weighs nothing until more speaks for it than chance brings together.
    private static float WeightOf(float sum, float squares)
    {
        var beyond = MathF.Abs(sum) - Threshold;
        return beyond > 0 ? -MathF.CopySign(beyond, sum) * Rate / (1 + MathF.Sqrt(squares)) : 0;
    }

    private void Descend(in Step bias, in Step words, ReadOnlySpan<ushort> features)
    {
        _biasSquares += bias.Square;
        _bias -= BiasRate * bias.Slope / Math.Sqrt(_biasSquares + BiasDamping);
        foreach (var row in features)
        {
            ref var sum = ref _sums[row];
            ref var squares = ref _squares[row];
            var weight = WeightOf(sum, squares);
            var longer = MathF.Sqrt(squares + (float)words.Square) - MathF.Sqrt(squares);
            sum += (float)words.Slope - (longer / Rate * weight);
            squares += (float)words.Square;
        }
    }

    private void Weigh(double gain)
    {
        _evidence = Math.Clamp(_evidence + gain, -Doubt, MostEvidence);
        Volatile.Write(ref _weight, _evidence > Doubt ? 1 - (Doubt / _evidence) : 0);
    }

    private void Fade()
    {
        _untilFade = FadeEvery;
        for (var i = 0; i < _sums.Length; i++)
        {
            _sums[i] *= Kept;
            _squares[i] *= Kept;
        }

        _biasSquares *= Kept;
        Weigh(_evidence * (Kept - 1));
    }

    private static double LogOdds(double share)
    {
        share = Math.Clamp(share, Least, 1 - Least);
        return Math.Log(share / (1 - share));
    }

    private static double Squash(double logOdds) => 1 / (1 + Math.Exp(-Math.Clamp(logOdds, -FarthestLogOdds, FarthestLogOdds)));

    /// <param name="Slope">By how much too much was predicted.</param>
    /// <param name="Square">What it adds to the squares by which steps become shorter.</param>
    private readonly record struct Step(double Slope, double Square)
    {
        public static Step Of(double slope) => new(slope, slope * slope);

        /// <summary>The rest of the way from where a wrong score has led to where the right one would have.</summary>
        public static Step Between(double predicted, double wrong, double right) =>
            new(wrong - right, Math.Max(0, Math.Pow(predicted - right, 2) - Math.Pow(predicted - wrong, 2)));
    }
}
