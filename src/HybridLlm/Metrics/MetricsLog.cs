using Microsoft.Extensions.Logging;

namespace HybridLlm.Metrics;

/// <summary>The log lines of the metrics.</summary>
internal static partial class MetricsLog
{
    [LoggerMessage(200, LogLevel.Information, "Loaded {Count} outcomes from {Location}.")]
    public static partial void Loaded(ILogger logger, long count, string location);

    [LoggerMessage(201, LogLevel.Debug, "Saved {Count} outcomes to {Location}.")]
    public static partial void Saved(ILogger logger, int count, string location);

    [LoggerMessage(202, LogLevel.Warning, "Could not save outcomes to {Location}: {Reason} The application goes on in memory and tries again; up to {Capacity} outcomes wait meanwhile. Make the place writable, name another one in HybridLlm:Metrics:Path, or set HybridLlm:Metrics:Store to None.")]
    public static partial void SaveFailed(ILogger logger, string location, string reason, int capacity, Exception exception);

    [LoggerMessage(203, LogLevel.Information, "Outcomes are saved to {Location} again.")]
    public static partial void SavesAgain(ILogger logger, string location);

    [LoggerMessage(204, LogLevel.Warning, "Could not load outcomes from {Location}: {Reason} The application starts with the {Count} that were read. Check HybridLlm:Metrics:Path and HybridLlm:Metrics:Store.")]
    public static partial void LoadFailed(ILogger logger, string location, string reason, long count, Exception exception);

    [LoggerMessage(205, LogLevel.Warning, "Could not delete the outcomes from before {Before} from {Location}: {Reason} They are left out, and deleting them is tried again in a day.")]
    public static partial void PruneFailed(ILogger logger, DateTimeOffset before, string location, string reason, Exception exception);

    [LoggerMessage(206, LogLevel.Warning, "{Count} outcomes were learned from but will not be saved to {Location}, because they came faster than they could be saved.")]
    public static partial void Dropped(ILogger logger, long count, string location);

    [LoggerMessage(207, LogLevel.Warning, "{Count} outcomes could not be saved to {Location} before the application stopped.")]
    public static partial void LostAtStop(ILogger logger, int count, string location);

    [LoggerMessage(208, LogLevel.Warning, "Could not exchange with other hosts what was learned: {Reason} This host goes by what it knows and tries again.")]
    public static partial void SharingFailed(ILogger logger, string reason, Exception exception);

    [LoggerMessage(210, LogLevel.Information, "Model {Model} is boosted for {TaskType}: {SuccessRate:P0} of its recent calls succeeded, more than {Threshold:P0} (evidence: {Evidence:F0} calls).")]
    public static partial void ModelBoosted(ILogger logger, string model, string taskType, double successRate, double threshold, double evidence);

    [LoggerMessage(211, LogLevel.Warning, "Model {Model} is deprioritised for {TaskType}: {SuccessRate:P0} of its recent calls succeeded, less than {Threshold:P0} (evidence: {Evidence:F0} calls).")]
    public static partial void ModelDeprioritised(ILogger logger, string model, string taskType, double successRate, double threshold, double evidence);

    [LoggerMessage(212, LogLevel.Information, "Model {Model} is neither boosted nor deprioritised for {TaskType} any more: {SuccessRate:P0} of its recent calls succeeded.")]
    public static partial void ModelBackToNormal(ILogger logger, string model, string taskType, double successRate);

    [LoggerMessage(213, LogLevel.Warning, "There are measurements of {Limit} combinations of model, task type and complexity; nothing is learned of further ones. Use a fixed set of task types.")]
    public static partial void TooManyCells(ILogger logger, int limit);

    [LoggerMessage(220, LogLevel.Warning, "Skipped {Count} damaged or unfinished lines in {File}. A process that was killed leaves one; more of them mean that the file was changed or the disk is failing.")]
    public static partial void DamagedLines(ILogger logger, long count, string file);

    [LoggerMessage(221, LogLevel.Warning, "The outcome {Id} is not saved: it takes more than {Limit} bytes.")]
    public static partial void OutcomeTooLong(ILogger logger, Guid id, int limit);

    [LoggerMessage(222, LogLevel.Debug, "Merged {Segments} files into a snapshot of {Count} outcomes in {Folder}.")]
    public static partial void Compacted(ILogger logger, int segments, long count, string folder);

    [LoggerMessage(223, LogLevel.Warning, "Could not merge the files in {Folder}: {Reason} They stay as they are, and merging them is tried again later.")]
    public static partial void CompactionFailed(ILogger logger, string folder, string reason, Exception exception);

    [LoggerMessage(224, LogLevel.Warning, "The file {File} is gone; outcomes go to a new one.")]
    public static partial void SegmentGone(ILogger logger, string file);

    [LoggerMessage(225, LogLevel.Warning, "{Reason} It is made again with the next merge; until then the snapshot is read, which takes longer.")]
    public static partial void DamagedSums(ILogger logger, string reason);
}
