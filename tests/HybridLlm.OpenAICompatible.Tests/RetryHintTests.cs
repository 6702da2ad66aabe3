using System.Globalization;
using HybridLlm.OpenAICompatible.Errors;
using HybridLlm.OpenAICompatible.Tests.Support;

namespace HybridLlm.OpenAICompatible.Tests;

public sealed class RetryHintTests
{
    [Theory]
    [InlineData("retry-after: 7\r\n", 7.0)]
    [InlineData("retry-after: 0.25\r\n", 0.25)]
    [InlineData("retry-after-ms: 1500\r\nretry-after: 7\r\n", 1.5)]
    [InlineData("retry-after: soon\r\n", null)]
    [InlineData("retry-after: -1\r\n", null)]
    [InlineData("x-ratelimit-remaining-requests: 0\r\nx-ratelimit-reset-requests: 1m30s\r\nx-ratelimit-remaining-tokens: 5\r\nx-ratelimit-reset-tokens: 1h\r\n", 90.0)]
    [InlineData("x-ratelimit-remaining-requests: 0\r\nx-ratelimit-reset-requests: 12ms\r\nx-ratelimit-remaining-tokens: 0\r\nx-ratelimit-reset-tokens: 45\r\n", 45.0)]
    [InlineData("", null)]
    public async Task Headers_tell_how_long_to_wait(string headers, double? seconds)
    {
        await using var server = TranscriptServer.Replaying(Wire.Json("""{"error":"slow"}""", 429, headers));
        await using var backend = new Backend(server.Endpoint);

        Assert.Equal(seconds, (await backend.FailAsync()).RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task A_date_is_counted_from_the_clock()
    {
        var clock = new FixedClock(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));
        var date = clock.GetUtcNow().AddSeconds(90).ToString("R", CultureInfo.InvariantCulture);
        await using var server = TranscriptServer.Replaying(Wire.Json("""{"error":"slow"}""", 503, $"Retry-After: {date}\r\n"));
        await using var backend = new Backend(server.Endpoint) { Clock = clock };

        Assert.Equal(TimeSpan.FromSeconds(90), (await backend.FailAsync()).RetryAfter);
    }

    [Theory]
    [InlineData("""{"error":{"code":429,"message":"x","status":"RESOURCE_EXHAUSTED","details":[{"@type":"QuotaFailure"},{"@type":"RetryInfo","retryDelay":"58.5s"}]}}""", 58.5)]
    [InlineData("""{"error":{"message":"Please retry in 1m2.5s."}}""", 62.5)]
    [InlineData("""{"error":{"message":"Please try again in 900ms."}}""", 0.9)]
    [InlineData("""{"error":{"message":"x"}}""", null)]
    public async Task The_body_tells_how_long_to_wait(string body, double? seconds)
    {
        await using var server = TranscriptServer.Replaying(Wire.Json(body, 429));
        await using var backend = new Backend(server.Endpoint);

        Assert.Equal(seconds, (await backend.FailAsync()).RetryAfter?.TotalSeconds);
    }

    [Theory]
    [InlineData("6m0s", 360.0)]
    [InlineData("1h2m3.5s", 3723.5)]
    [InlineData("250us", 0.00025)]
    [InlineData("17", 17.0)]
    [InlineData("5 parsecs", null)]
    [InlineData("s", null)]
    [InlineData("-5", null)]
    [InlineData("1e400", null)]
    public void Durations_are_parsed(string text, double? seconds) =>
        Assert.Equal(seconds, RetryHints.ParseDuration(text)?.TotalSeconds);

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
