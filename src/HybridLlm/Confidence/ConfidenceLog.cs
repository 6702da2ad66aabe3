using Microsoft.Extensions.Logging;

namespace HybridLlm.Confidence;

internal static partial class ConfidenceLog
{
    [LoggerMessage(1101, LogLevel.Warning, "The confidence estimator {Estimator} failed; the answer is judged without it")]
    public static partial void EstimatorFailed(ILogger logger, string estimator, Exception exception);
}
