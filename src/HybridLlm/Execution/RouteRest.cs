using HybridLlm.Text;

namespace HybridLlm.Execution;

/// <summary>That a route rests after failures: the failed one is remembered, so that other callers do not pay for it again.</summary>
/// <param name="Until">When the rest ends, or a probe is due.</param>
/// <param name="NeedsProbe">Whether a probe must succeed before callers are sent to the route again.</param>
/// <param name="Failures">How many failures came in a row.</param>
/// <param name="Kind">What the last one was.</param>
/// <param name="Reason">The last one in our own words: other callers see them.</param>
internal sealed record RouteRest(DateTimeOffset Until, bool NeedsProbe, int Failures, ProviderErrorKind Kind, string Reason)
{
    public bool IsOver(DateTimeOffset now) => !NeedsProbe && now >= Until;

    /// <summary>Begins or prolongs a rest.</summary>
    /// <returns>The rest; <see langword="null"/> when resting is switched off.</returns>
    public static RouteRest? After(RouteRest? earlier, ProviderException failure, CooldownOptions options, DateTimeOffset now)
    {
        var failures = (earlier?.Failures ?? 0) + 1;
        if (failure.RetryAfter is { } asked && asked > TimeSpan.Zero)
        {
            // The backend itself has said when it is worth asking again, so no probe is needed then.
            return new(now + asked, NeedsProbe: false, failures, failure.Kind, FailureWords.Of(failure));
        }

        if (options.Initial <= TimeSpan.Zero)
        {
            return null;
        }

        var rest = failure.Kind is ProviderErrorKind.QuotaExhausted or ProviderErrorKind.Unauthorized
            ? options.Maximum
            : TimeSpan.FromTicks((long)Math.Min(options.Maximum.Ticks, options.Initial.Ticks * Math.Pow(2, Math.Min(failures - 1, 30))));
        return new(now + rest, options.Probe, failures, failure.Kind, FailureWords.Of(failure));
    }
}
