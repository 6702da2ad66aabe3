using System.Globalization;

namespace HybridLlm.Metrics;

/// <summary>Reads and checks what the router is to learn from, all of it before anything is learned.</summary>
internal sealed class OutcomeSeeder(RecordingPerformanceTracker tracker, TimeProvider time) : ILearningSeeder
{
    private const int MostOutcomes = 1_000_000;
    private const long LargestFile = 1L << 30;

    /// <inheritdoc/>
    public async Task<SeedReport> SeedAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (new FileInfo(path) is { Exists: true, Length: > LargestFile and var length })
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"'{path}' has {length} bytes; at most {LargestFile} can be read. Split the file."));
        }

        var outcomes = new List<SeedOutcome>();
        var errors = new SeedErrors();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var now = time.GetUtcNow();
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(path, cancellationToken).ConfigureAwait(false))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            var occurrence = seen.GetValueOrDefault(line);
            seen[line] = occurrence + 1;
            try
            {
                outcomes.AddRange(SeedLine.Read(line, occurrence, now));
            }
            catch (FormatException exception)
            {
                errors.Add(number, exception.Message);
            }

            if (errors.IsFull || IsTooMany(outcomes, number, errors))
            {
                break;
            }
        }

        errors.ThrowIfAny();
        return await tracker.LearnNewAsync(outcomes, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<SeedReport> SeedAsync(IAsyncEnumerable<CallOutcome> outcomes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        var all = new List<SeedOutcome>();
        var errors = new SeedErrors();
        await foreach (var outcome in outcomes.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            all.Add(new(outcome, null));
            if (FaultOf(outcome) is { } fault)
            {
                errors.Add(all.Count, fault);
            }

            if (errors.IsFull || IsTooMany(all, all.Count, errors))
            {
                break;
            }
        }

        errors.ThrowIfAny();
        return await tracker.LearnNewAsync(all, cancellationToken).ConfigureAwait(false);
    }

    private static bool IsTooMany(List<SeedOutcome> outcomes, int line, SeedErrors errors)
    {
        if (outcomes.Count <= MostOutcomes)
        {
            return false;
        }

        errors.Add(line, string.Create(CultureInfo.InvariantCulture, $"There are more than {MostOutcomes} outcomes. Leave out the oldest: recent ones count most."));
        return true;
    }

    private static string? FaultOf(CallOutcome outcome) =>
        outcome.Id == Guid.Empty ? "Its id is empty. Give each outcome an id of its own, so that seeding again changes nothing."
        : string.IsNullOrWhiteSpace(outcome.Model) ? "It names no model."
        : string.IsNullOrWhiteSpace(outcome.TaskType) ? "It names no task type."
        : !Enum.IsDefined(outcome.Status) ? $"Its status {outcome.Status} is none that there is."
        : outcome.Rating is < 0 or > 1 or double.NaN ? "Its rating is not between 0 and 1."
        : null;
}
