namespace HybridLlm.Neo4j.Tests.Support;

/// <summary>Makes outcomes.</summary>
internal static class Samples
{
    public static CallOutcome Success(DateTimeOffset time, string model = "m", string task = "t", double ms = 100) => new()
    {
        Id = Guid.NewGuid(),
        Timestamp = time,
        RequestId = Guid.NewGuid().ToString("N"),
        Provider = "p",
        Model = model,
        TaskType = task,
        Status = OutcomeStatus.Succeeded,
        DurationMs = ms,
    };

    /// <summary>Makes an outcome with whatever values, from all kinds that there are.</summary>
    public static CallOutcome Any(Random random, DateTimeOffset from, TimeSpan span)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        var status = (OutcomeStatus)random.Next(Enum.GetValues<OutcomeStatus>().Length);
        return new()
        {
            Id = new Guid(bytes),
            Timestamp = from + new TimeSpan(random.NextInt64(span.Ticks)),
            RequestId = $"req-{random.Next(50)}",
            Provider = $"provider-{random.Next(2)}",
            Model = $"modèle \"{random.Next(3)}\"\n\u2603\U0001F600",
            ModelVersion = random.Next(3) is > 0 and var version ? "v" + version : null,
            TaskType = random.Next(2) == 0 ? TaskTypes.RagQuery : "$task \\ {x}",
            Complexity = (ComplexityLevel)random.Next(3),
            Status = status,
            Error = status == OutcomeStatus.Failed ? (ProviderErrorKind)random.Next(Enum.GetValues<ProviderErrorKind>().Length) : null,

            // Whole numbers too, which a careless writer makes integers of, and what no duration can be.
            DurationMs = random.Next(8) switch { 0 => 100, 1 => 0, 2 => -1, 3 => 0.125, 4 => Math.Pow(2, random.Next(25)), 5 => 1e11, _ => random.NextDouble() * 1e5 },
            TimeToFirstTokenMs = random.Next(3) == 0 ? null : random.Next(1000),
            InputTokens = random.Next(3) == 0 ? null : random.Next(9000),
            OutputTokens = random.Next(3) == 0 ? null : random.Next(9000),
            TokensPerSecond = random.Next(3) == 0 ? null : random.NextDouble() * 100,
            Streamed = random.Next(2) == 0,
            Attempt = random.Next(1, 4),
            IsFallback = random.Next(4) == 0,
            Rating = status is OutcomeStatus.Rated or OutcomeStatus.Escalated ? random.Next(4) switch { 0 => 0, 1 => 1, 2 => 1.5, _ => random.NextDouble() } : null,
            Confidence = random.Next(2) == 0 ? null : random.NextDouble(),
            Experiment = random.Next(4) == 0 ? "tone" : null,
            Variant = random.Next(4) == 0 ? "curt" : null,
        };
    }

    public static List<CallOutcome> Many(int seed, int count, DateTimeOffset from, TimeSpan span)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Any(random, from, span))];
    }
}
