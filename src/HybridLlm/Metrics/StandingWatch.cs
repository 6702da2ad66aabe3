using Microsoft.Extensions.Logging;

namespace HybridLlm.Metrics;

/// <summary>Says once, in the log, when measured accuracy begins or ceases to boost or drop a model for a task.</summary>
/// <param name="routing">Gives the thresholds, which may change at any time.</param>
/// <param name="logger">Told of the crossings.</param>
internal sealed class StandingWatch(Func<RoutingOptions> routing, ILogger logger)
{
    // How far a model must get away from a threshold before crossing it is news again: around it, every other call would be.
    private const double Hysteresis = 0.05;

    public void Observe(TaskCell cell)
    {
        cell.All.Read(out var snapshot);
        var options = routing();
        var before = cell.Standing;
        var now = Judge(snapshot, options, before);
        if (now == before || cell.Exchange(now) == now)
        {
            return;
        }

        switch (now)
        {
            case ModelStanding.Boosted:
                MetricsLog.ModelBoosted(logger, cell.Model, cell.TaskType, snapshot.SuccessRate, options.AccuracyBoostAbove, snapshot.Evidence);
                break;
            case ModelStanding.Deprioritised:
                MetricsLog.ModelDeprioritised(logger, cell.Model, cell.TaskType, snapshot.SuccessRate, options.AccuracyFloor, snapshot.Evidence);
                break;
            default:
                MetricsLog.ModelBackToNormal(logger, cell.Model, cell.TaskType, snapshot.SuccessRate);
                break;
        }
    }

    private static ModelStanding Judge(in StatisticsSnapshot snapshot, RoutingOptions options, ModelStanding before)
    {
        if (snapshot.Evidence < options.MinimumEvidence)
        {
            return ModelStanding.Neutral;
        }

        if (snapshot.SuccessRate > options.AccuracyBoostAbove)
        {
            return ModelStanding.Boosted;
        }

        if (snapshot.SuccessRate < options.AccuracyFloor)
        {
            return ModelStanding.Deprioritised;
        }

        var near = before switch
        {
            ModelStanding.Boosted => snapshot.SuccessRate > options.AccuracyBoostAbove - Hysteresis,
            ModelStanding.Deprioritised => snapshot.SuccessRate < options.AccuracyFloor + Hysteresis,
            _ => false,
        };
        return near ? before : ModelStanding.Neutral;
    }
}
