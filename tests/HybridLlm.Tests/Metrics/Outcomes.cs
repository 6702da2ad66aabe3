namespace HybridLlm.Tests.Metrics;

/// <summary>Makes outcomes.</summary>
internal static class Outcomes
{
    public static readonly DateTimeOffset Epoch = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static CallOutcome Success(string model = "m", string task = "t", double ms = 100, int second = 0) => new()
    {
        Id = Guid.NewGuid(),
        Timestamp = Epoch.AddSeconds(second),
        RequestId = Guid.NewGuid().ToString("N"),
        Provider = "p",
        Model = model,
        TaskType = task,
        Status = OutcomeStatus.Succeeded,
        DurationMs = ms,
    };

    public static CallOutcome Failure(string model = "m", string task = "t", int second = 0) =>
        Success(model, task, second: second) with { Status = OutcomeStatus.Failed, Error = ProviderErrorKind.Timeout };

    public static CallOutcome Rating(double rating, string requestId, string model = "m", string task = "t", int second = 0) =>
        Success(model, task, 0, second) with { Status = OutcomeStatus.Rated, Rating = rating, RequestId = requestId };

    /// <summary>Makes an outcome of which no property has its default value.</summary>
    public static CallOutcome Full(Random random, int second) => new()
    {
        Id = new Guid(random.NextBytes()),
        Timestamp = Epoch.AddSeconds(second).AddTicks(random.Next(10_000_000)),
        RequestId = $"req-{random.Next()}",
        Provider = $"provider-{random.Next(3)}",
        Model = $"modèle \"{random.Next(5)}\"\n\u2603",
        ModelVersion = "v" + random.Next(9),
        TaskType = TaskTypes.RagQuery,
        Complexity = (ComplexityLevel)random.Next(3),
        Status = (OutcomeStatus)random.Next(6),
        Error = (ProviderErrorKind)random.Next(13),
        DurationMs = random.NextDouble() * 1e5,
        TimeToFirstTokenMs = random.NextDouble() * 1e3,
        InputTokens = random.Next(1, 9000),
        OutputTokens = random.Next(1, 9000),
        TokensPerSecond = random.NextDouble() * 100,
        Streamed = true,
        Attempt = random.Next(2, 9),
        IsFallback = true,
        Rating = random.NextDouble(),
        Experiment = "gemma-vs-phi",
        Variant = "phi \u2603",
    };

    private static byte[] NextBytes(this Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return bytes;
    }
}
