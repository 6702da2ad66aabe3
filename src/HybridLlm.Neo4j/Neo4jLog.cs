using Microsoft.Extensions.Logging;

namespace HybridLlm.Neo4j;

/// <summary>The log lines of the package.</summary>
internal static partial class Neo4jLog
{
    [LoggerMessage(800, LogLevel.Warning, "Neo4j does not take outcomes: {Reason} The application goes on; outcomes wait in {Folder} and go up when it does.")]
    public static partial void Away(ILogger logger, string reason, string folder, Exception exception);

    [LoggerMessage(801, LogLevel.Information, "Neo4j takes outcomes again; {Count} that waited in {Folder} are stored.")]
    public static partial void Back(ILogger logger, long count, string folder);

    [LoggerMessage(802, LogLevel.Information, "{Count} outcomes of an earlier run, or of another process, waited in {Folder} and are stored in Neo4j now.")]
    public static partial void Recovered(ILogger logger, long count, string folder);

    [LoggerMessage(803, LogLevel.Warning, "More than {LimitMB} MB of outcomes wait for Neo4j in {Folder}. The oldest {Count} of them were rolled up into sums per hour: reports still count them, but they are no longer kept one by one. HybridLlm:Metrics:Neo4j:SpoolMB sets the limit.")]
    public static partial void RolledUp(ILogger logger, int limitMB, string folder, long count);

    [LoggerMessage(804, LogLevel.Warning, "Skipped {Count} damaged or unfinished lines in {File}. A process that was killed leaves one; more of them mean that the file was changed or the disk is failing.")]
    public static partial void DamagedLines(ILogger logger, long count, string file);

    [LoggerMessage(805, LogLevel.Warning, "Neo4j refuses the outcome {Id}, which is left out: {Reason}")]
    public static partial void OutcomeRefused(ILogger logger, Guid id, string reason);

    [LoggerMessage(806, LogLevel.Debug, "Neo4j remarks {Code}: {Description} (said once)")]
    public static partial void Note(ILogger logger, string code, string description);

    [LoggerMessage(807, LogLevel.Debug, "Rolled up {Days} days of outcomes in Neo4j.")]
    public static partial void DaysRolledUp(ILogger logger, int days);

    [LoggerMessage(808, LogLevel.Warning, "Could not roll up outcomes in Neo4j before a report: {Reason} The report adds up every outcome instead, which takes longer.")]
    public static partial void RollUpFailed(ILogger logger, string reason, Exception exception);

    [LoggerMessage(809, LogLevel.Warning, "Outcomes that wait for Neo4j in {Folder} cannot be read or removed: {Reason} They stay there, and are tried again.")]
    public static partial void SpoolFailed(ILogger logger, string folder, string reason, Exception exception);
}
