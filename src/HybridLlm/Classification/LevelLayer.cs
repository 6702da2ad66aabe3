using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HybridLlm.Classification;

/// <summary>Tells how likely each level is, from what the heads of the linear model say and from what the prompt is taken for. Immutable.</summary>
/// <remarks>
/// The level head reads words alone, and how hard a prompt is with these words depends on what is asked for. Each reading (the level head, the share of models that
/// fail, each type) counts for or against each level, and by the circumstances more or less: how long the prompt is, and how much it reads like prompts typed into
/// a chat or collected in public, of which fewer are hard.
/// </remarks>
internal sealed class LevelLayer
{
    /// <summary>The readings besides the types: three levels, the share of models that fail, and 1.</summary>
    public const int Readings = 5;

    /// <summary>The circumstances: 1, the length, and two collections that the prompt may read like.</summary>
    public const int Circumstances = 4;

    /// <summary>The number of weights: for each reading and each type, under each circumstance, one for each level.</summary>
    public const int Weights = (Readings + ClassifierModel.FirstLevel) * Circumstances * ClassifierModel.Levels;

    // Most prompts are between one and two of these from a usual length, so that the weights of all circumstances are of one size.
    private const float UsualLogLength = 5;
    private const float LogLengths = 2;

    private readonly Vector128<float>[] _weights = new Vector128<float>[Weights / ClassifierModel.Levels];

    /// <param name="weights">The weights, level by level, then circumstance by circumstance, then reading by reading, types last.</param>
    /// <param name="calibration">How what it says becomes probabilities and confidences.</param>
    public LevelLayer(ReadOnlySpan<float> weights, Calibration calibration)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, Weights);
        Calibration = calibration;
        for (var i = 0; i < _weights.Length; i++)
        {
            var levels = weights.Slice(i * ClassifierModel.Levels, ClassifierModel.Levels);
            _weights[i] = Vector128.Create(levels[0], levels[1], levels[2], 0);
        }
    }

    /// <summary>Gets how what it says becomes probabilities and confidences.</summary>
    public Calibration Calibration { get; }

    /// <summary>Tells levels.</summary>
    /// <param name="logits">What the heads of the linear model say; those of the types are not read.</param>
    /// <param name="length">The length of the prompt, in characters.</param>
    /// <param name="types">What the prompt is taken for.</param>
    public ToldLevels Tell(ReadOnlySpan<float> logits, int length, ReadOnlySpan<TaskCandidate> types)
    {
        var circumstances = CircumstancesOf(logits, length);
        var readings = ReadingsOf(logits);
        var sum = Vector128<float>.Zero;
        for (var i = 0; i < Readings; i++)
        {
            sum += readings[i] * Under(circumstances, i);
        }

        return new(this, sum, circumstances, types);
    }

    /// <summary>Adds to the logits of the levels what a type says.</summary>
    /// <param name="logits">The logits of the levels so far.</param>
    /// <param name="circumstances">The circumstances.</param>
    /// <param name="type">The type and how likely it is; one that the layer does not know says nothing.</param>
    public Vector128<float> Add(Vector128<float> logits, Vector128<float> circumstances, in TaskCandidate type) =>
        Array.IndexOf(PromptClassifier.Tasks, type.TaskType) is var at and >= 0 ? logits + ((float)type.Probability * Under(circumstances, Readings + at)) : logits;

    /// <summary>Gets the readings besides the types.</summary>
    public static ReadingValues ReadingsOf(ReadOnlySpan<float> logits)
    {
        var (simple, medium, complex) = (logits[ClassifierModel.FirstLevel], logits[ClassifierModel.FirstLevel + 1], logits[ClassifierModel.FirstLevel + 2]);

        // Only how far the levels are apart says something.
        var mean = (simple + medium + complex) / ClassifierModel.Levels;
        var readings = default(ReadingValues);
        (readings[0], readings[1], readings[2], readings[3], readings[4]) = (simple - mean, medium - mean, complex - mean, logits[ClassifierModel.Failure], 1);
        return readings;
    }

    /// <summary>Gets the circumstances.</summary>
    public static Vector128<float> CircumstancesOf(ReadOnlySpan<float> logits, int length) =>
        Vector128.Create(1, (MathF.Log(1 + length) - UsualLogLength) / LogLengths, Share(logits[ClassifierModel.Chat]), Share(logits[ClassifierModel.Public]));

    private Vector128<float> Under(Vector128<float> circumstances, int reading)
    {
        var sum = Vector128<float>.Zero;
        for (var i = 0; i < Circumstances; i++)
        {
            sum += circumstances[i] * _weights[(reading * Circumstances) + i];
        }

        return sum;
    }

    private static float Share(float logit) => 1 / (1 + MathF.Exp(-logit));

    /// <summary>What is read of a prompt besides its types.</summary>
    [InlineArray(Readings)]
    internal struct ReadingValues
    {
        private float _first;
    }
}
