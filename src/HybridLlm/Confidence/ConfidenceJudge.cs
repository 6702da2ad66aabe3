using Microsoft.Extensions.Logging;

namespace HybridLlm.Confidence;

/// <summary>Asks the estimators about an answer and makes one confidence of what they say.</summary>
/// <remarks>
/// Signs are taken to be independent: the logarithms of their odds add up, starting from what an answer is worth of which nothing is known. That they are not
/// quite independent, and what they are worth for a model at a task, is for the calibration to learn.
/// </remarks>
internal sealed class ConfidenceJudge(IEnumerable<IConfidenceEstimator> estimators, ConfidenceCalibration calibration, ILogger logger)
{
    /// <summary>What an answer is worth of which nothing is known.</summary>
    private const double Prior = 0.8;

    /// <summary>How near to the threshold a confidence is in doubt, so that estimators are asked that call models.</summary>
    private const double Doubt = 0.25;

    private static readonly double PriorLogit = Logit.Of(Prior);

    private readonly IConfidenceEstimator[] _own = [.. estimators.Where(estimator => !estimator.CallsModels)];
    private readonly IConfidenceEstimator[] _calling = [.. estimators.Where(estimator => estimator.CallsModels)];

    /// <summary>Judges an answer.</summary>
    /// <param name="context">The answer and what it answers.</param>
    /// <param name="threshold">The confidence that matters: estimators that call models are asked only near it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async ValueTask<AnswerConfidence> JudgeAsync(ConfidenceContext context, double threshold, CancellationToken cancellationToken)
    {
        var signals = new List<ConfidenceSignal>(2);
        var logit = PriorLogit;
        foreach (var estimator in _own)
        {
            if (!context.IsBeginning || estimator.ReadsBeginnings)
            {
                logit += await AskAsync(estimator, context, signals, cancellationToken).ConfigureAwait(false);
            }
        }

        var value = Calibrated(context, logit);
        if (!context.IsBeginning && Math.Abs(value - threshold) < Doubt)
        {
            foreach (var estimator in _calling)
            {
                logit += await AskAsync(estimator, context, signals, cancellationToken).ConfigureAwait(false);
            }

            value = Calibrated(context, logit);
        }

        return new(value, Logit.Inverse(logit), signals);
    }

    private double Calibrated(ConfidenceContext context, double logit) => calibration.Apply(context.Model.Name, context.Profile.TaskType, logit);

    private async ValueTask<double> AskAsync(IConfidenceEstimator estimator, ConfidenceContext context, List<ConfidenceSignal> signals, CancellationToken cancellationToken)
    {
        try
        {
            if (await estimator.EstimateAsync(context, cancellationToken).ConfigureAwait(false) is not { } signal)
            {
                return 0;
            }

            signals.Add(signal);
            return Logit.Of(signal.Score);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // An answer must not be lost because one who looks at it fails.
            ConfidenceLog.EstimatorFailed(logger, estimator.Name, exception.GetType().Name);
            ConfidenceLog.EstimatorFailedWith(logger, estimator.Name, exception);
            return 0;
        }
    }
}
