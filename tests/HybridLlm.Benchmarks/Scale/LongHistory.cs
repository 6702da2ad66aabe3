using System.Diagnostics;
using HybridLlm.Metrics;

namespace HybridLlm.Benchmarks.Scale;

/// <summary>A folder with the outcomes of ninety days: five models, twelve tasks, three complexities, two versions; a rating for one call in twenty.</summary>
internal sealed class LongHistory : IDisposable
{
    private const int BatchSize = 1_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybridllm-scale-");
    private readonly Random _random = new(20);

    public string Path => _folder.FullName;

    public static int Models => 5;

    /// <summary>Gets how many attempts there are that count.</summary>
    public long Attempts { get; private set; }

    public long Bytes => _folder.EnumerateFiles().Sum(static file => file.Length);

    /// <summary>Writes the outcomes as an application does, and returns how long that took, merges included.</summary>
    public async Task<TimeSpan> FillAsync(int count)
    {
        var start = DateTimeOffset.UtcNow.AddDays(-89);
        var step = TimeSpan.FromDays(89) / count;
        var clock = Stopwatch.StartNew();
        await using var store = new JsonMetricsStore(Path);
        for (var number = 0; number < count; number += BatchSize)
        {
            await store.AppendAsync([.. Enumerable.Range(number, BatchSize).Select(i => Draw(i, start + (step * i), i > count / 2))]).ConfigureAwait(false);
        }

        return clock.Elapsed;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private CallOutcome Draw(int number, DateTimeOffset time, bool isLate)
    {
        var model = _random.Next(Models);
        var roll = _random.NextDouble();
        var isRating = number % 20 == 19;
        Attempts += isRating ? 0 : 1;
        return new()
        {
            Id = Guid.CreateVersion7(time),
            Timestamp = time,
            RequestId = $"hl-0123456789ab-{number:x}",
            Provider = "instant",
            Model = $"family-{model}-instruct:7b-q4",
            ModelVersion = model == 0 && isLate ? "sha256:2222" : "sha256:1111",
            TaskType = $"{TaskTypes.Summarization}-{_random.Next(12)}",
            Complexity = (ComplexityLevel)_random.Next(3),
            Status = isRating ? OutcomeStatus.Rated
                : roll < 0.05 ? OutcomeStatus.Failed
                : roll < 0.10 ? OutcomeStatus.Escalated
                : OutcomeStatus.Succeeded,
            Error = !isRating && roll < 0.05 ? ProviderErrorKind.Timeout : null,
            DurationMs = isRating ? 0 : Math.Round(50 * (model + 1) * Math.Exp(_random.NextDouble() * 3), 2),
            TimeToFirstTokenMs = isRating ? null : Math.Round(_random.NextDouble() * 300, 2),
            InputTokens = isRating ? null : _random.Next(20, 4_000),
            OutputTokens = isRating ? null : _random.Next(5, 800),
            TokensPerSecond = isRating ? null : Math.Round(10 + (_random.NextDouble() * 90), 2),
            Streamed = true,
            Rating = isRating ? _random.Next(5) / 4.0 : null,
            Confidence = isRating ? null : _random.NextDouble(),
        };
    }
}
