using System.Globalization;

namespace HybridLlm.Confidence.Estimators;

/// <summary>Looks at how probable the model found its own words: on the whole, and where it was least sure.</summary>
/// <remarks>
/// How probable the words of a good answer are depends on what is asked: of the ways to tell a story each is improbable; the right value in a JSON object is not.
/// What is assumed of a task here is only where to begin: the calibration learns what it means for a model.
/// </remarks>
internal sealed class LogprobEstimator : IConfidenceEstimator
{
    /// <summary>How many tokens a window holds: about a phrase.</summary>
    private const int Window = 8;

    private const double LeastLogprob = -12;

    private static readonly Scale Determinate = new(Neutral: 0.1, Slope: 14);
    private static readonly Scale Usual = new(Neutral: 0.4, Slope: 5);
    private static readonly Scale Open = new(Neutral: 1.1, Slope: 2.5);

    /// <inheritdoc/>
    public string Name => "logprobs";

    /// <inheritdoc/>
    public bool ReadsBeginnings => true;

    /// <inheritdoc/>
    public ValueTask<ConfidenceSignal?> EstimateAsync(ConfidenceContext context, CancellationToken cancellationToken = default)
    {
        var tokens = context.Logprobs;
        if (tokens.Count == 0)
        {
            return default;
        }

        var (mean, lowest, at) = Read(tokens);
        var scale = ScaleOf(context.Profile.TaskType);
        var score = 1 / (1 + Math.Exp(((-lowest) - scale.Neutral) * scale.Slope));
        return new(new ConfidenceSignal(Name, score, string.Create(
            CultureInfo.InvariantCulture, $"its {tokens.Count} tokens were {Math.Exp(mean):0.00} probable on the mean, the least sure {Math.Min(Window, tokens.Count)} of them {Math.Exp(lowest):0.00} (at '{Excerpt(tokens, at)}')")));
    }

    private static (double Mean, double Lowest, int At) Read(IReadOnlyList<ITokenLogprob> tokens)
    {
        var width = Math.Min(Window, tokens.Count);
        double sum = 0, window = 0, lowest = double.PositiveInfinity;
        var at = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            var logprob = Clean(tokens[i].Logprob);
            sum += logprob;
            window += logprob - (i >= width ? Clean(tokens[i - width].Logprob) : 0);
            if (i >= width - 1 && window < lowest)
            {
                lowest = window;
                at = i - width + 1;
            }
        }

        return (sum / tokens.Count, lowest / width, at);
    }

    /// <summary>Servers write what underflows as minus infinity, as a huge number or as null.</summary>
    private static double Clean(double logprob) => logprob > LeastLogprob ? Math.Min(logprob, 0) : LeastLogprob;

    private static string Excerpt(IReadOnlyList<ITokenLogprob> tokens, int at)
    {
        var least = at;
        for (var i = at; i < Math.Min(at + Window, tokens.Count); i++)
        {
            least = Clean(tokens[i].Logprob) < Clean(tokens[least].Logprob) ? i : least;
        }

        return tokens[least].Token.ReplaceLineEndings(" ").Trim();
    }

    private static Scale ScaleOf(string taskType) => taskType switch
    {
        TaskTypes.ToolSelection or TaskTypes.StructuredOutput or TaskTypes.Classification or TaskTypes.SimpleQuestion or TaskTypes.Format or TaskTypes.Template
            or TaskTypes.RagQuery or TaskTypes.KnowledgeReasoning or TaskTypes.Translation => Determinate,
        TaskTypes.NarrativeGeneration or TaskTypes.CreativeWriting or TaskTypes.Conversation or TaskTypes.Planning => Open,
        _ => Usual,
    };

    /// <summary>What the mean surprise, in nats per token, of the least sure phrase means.</summary>
    private readonly record struct Scale(double Neutral, double Slope);
}
