using Microsoft.Extensions.Logging;

namespace HybridLlm.Confidence;

internal static partial class ConfidenceLog
{
    [LoggerMessage(1201, LogLevel.Warning, "The confidence estimator {Estimator} failed; the answer is judged without it ({Error})")]
    public static partial void EstimatorFailed(ILogger logger, string estimator, string error);

    [LoggerMessage(1202, LogLevel.Trace, "The confidence estimator {Estimator} failed with these words, which may repeat the prompt")]
    public static partial void EstimatorFailedWith(ILogger logger, string estimator, Exception exception);
}
