using HybridLlm.Tool.Learning;

namespace HybridLlm.Tool.Cascade;

/// <summary>Tells from a prompt and the answer of a weak model how sure one can be of it: learned from answers that are known to be right or wrong.</summary>
internal sealed class AnswerConfidence
{
    /// <summary>The most rows that are learned from: the time grows with their cube, the memory with their square.</summary>
    public const int MostRows = 8_000;

    private const float Ridge = 4;

    private static readonly Similarity.Weights PromptKernels = new(Words: 0.3f, Characters: 0.3f, Signs: 0.1f, Shape: 0);
    private static readonly Similarity.Weights AnswerKernels = new(Words: 0.3f, Characters: 0.3f, Signs: 1, Shape: 1);

    private readonly Similarity _prompts;
    private readonly Similarity _answers;
    private readonly KernelRidge _model;
    private readonly LogisticCurve _calibration;
    private readonly double _mean;

    private AnswerConfidence(Similarity prompts, Similarity answers, KernelRidge model, LogisticCurve calibration, double mean)
    {
        _prompts = prompts;
        _answers = answers;
        _model = model;
        _calibration = calibration;
        _mean = mean;
    }

    /// <summary>Learns.</summary>
    /// <param name="rows">Answers that are known to be right or wrong.</param>
    /// <param name="cancellationToken">Cancels the learning.</param>
    public static AnswerConfidence Fit(IReadOnlyList<CascadeRow> rows, CancellationToken cancellationToken)
    {
        var prompts = new Similarity([.. rows.Select(row => Features.Of(row.Prompt))], PromptKernels);
        var answers = new Similarity([.. rows.Select(AnswerOf)], AnswerKernels);
        var kernel = answers.All(cancellationToken);
        Vectors.AddScaled(prompts.All(cancellationToken), 1, kernel);

        // An answer that is wrong where the strong model is wrong too is not worth escalating: it counts half against the confidence.
        var targets = rows.Select(WorthKeeping).ToList();
        var mean = targets.Average();
        var (model, leftOut) = KernelRidge.FitLeavingOneOut(kernel, [[.. targets.Select(target => (float)(target - mean))]], Ridge, cancellationToken);
        var calibration = LogisticCurve.Fit([.. leftOut[0].Select(value => mean + value)], [.. rows.Select(row => row.WeakCorrect == true)]);
        return new(prompts, answers, model, calibration, mean);
    }

    /// <summary>Computes how sure one can be of an answer.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="answer">The answer of the weak model.</param>
    /// <returns>0 to 1.</returns>
    public double Of(string prompt, string answer)
    {
        var similarities = _answers.To(AnswerOf(prompt, answer));
        Vectors.AddScaled(_prompts.To(Features.Of(prompt)), 1, similarities);
        return _calibration.At(_mean + _model.Predict(similarities, output: 0));
    }

    private static double WorthKeeping(CascadeRow row) => (row.WeakCorrect, row.StrongCorrect) switch
    {
        (true, false) => 1.5,
        (true, _) => 1,
        (false, false) => 0.5,
        _ => 0,
    };

    private static Features AnswerOf(CascadeRow row) => AnswerOf(row.Prompt, row.WeakAnswer);

    private static Features AnswerOf(string prompt, string answer) => new(TextTerms.Words(answer), TextTerms.Characters(answer), AnswerSigns.Read(prompt, answer));
}
