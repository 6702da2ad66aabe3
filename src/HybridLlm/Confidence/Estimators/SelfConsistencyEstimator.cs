using System.Globalization;

namespace HybridLlm.Confidence.Estimators;

/// <summary>Asks the model again and looks how far it says the same: what it knows it repeats, what it makes up it makes up anew.</summary>
/// <param name="client">Gives the client. It needs the estimators, so it can be asked for only once there is a request.</param>
/// <param name="samples">How often the model is asked again.</param>
internal sealed class SelfConsistencyEstimator(Func<IHybridLlmClient> client, int samples) : IConfidenceEstimator
{
    private const float Temperature = 0.7f;

    /// <summary>Two long texts differ whoever wrote them.</summary>
    private const int LongestText = 2_000;

    /// <inheritdoc/>
    public string Name => "self-consistency";

    /// <inheritdoc/>
    public bool CallsModels => true;

    /// <inheritdoc/>
    public async ValueTask<ConfidenceSignal?> EstimateAsync(ConfidenceContext context, CancellationToken cancellationToken = default)
    {
        if (context.Text.Length is 0 or > LongestText)
        {
            return null;
        }

        double agreement = 0;
        var answers = 0;
        for (var i = 0; i < samples; i++)
        {
            var options = context.Request.Options?.Clone() ?? new();
            options.Temperature = Temperature;
            options.Seed = i + 1;
            var request = context.Request with { Options = options, Model = context.Model.Name, TaskType = context.Profile.TaskType, EscalationThreshold = 0 };
            var response = await client().GenerateAsync(request, cancellationToken).ConfigureAwait(false);
            if (response.Model == context.Model.Name)
            {
                agreement += AnswerAgreement.Of(context.Text, response.Text);
                answers++;
            }
        }

        if (answers == 0)
        {
            return null;
        }

        agreement /= answers;
        return new ConfidenceSignal(Name, 0.1 + (0.8 * agreement), string.Create(CultureInfo.InvariantCulture, $"asked {answers} times more, it says {agreement:P0} the same"));
    }
}
