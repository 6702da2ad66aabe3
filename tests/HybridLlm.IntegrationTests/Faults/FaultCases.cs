using HybridLlm.Testing;
using static HybridLlm.ProviderErrorKind;

namespace HybridLlm.IntegrationTests.Faults;

/// <summary>All faults.</summary>
public static class FaultCases
{
    private const int Seen = 3;

    // Hides the class of that name.
    private const ProviderErrorKind Timeout = ProviderErrorKind.Timeout;

    private static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(40);

    /// <summary>Gets the faults, the rows of the matrix.</summary>
    public static IReadOnlyList<FaultCase> All { get; } =
    [
        new("refuses connections", static server => server.StopListeningAsync(), Outcome.Fallback, Unavailable),
        new("resets new connections", ResetConnectionsAsync, Outcome.Fallback, Unavailable),
        Of("resets after the request", Fault.Reset(), Outcome.Fallback, Unavailable),
        Of("closes after the request", Fault.Close(), Outcome.Fallback, Unavailable),
        Of("hangs before the headers", Fault.Hang(), Outcome.Fallback, Timeout),
        Of("hangs before the first token", Fault.HangBeforeFirstToken(), Outcome.Fallback, Timeout),
        Of("heartbeats, no first token", Fault.HangBeforeFirstToken(Heartbeat), Outcome.Fallback, Timeout),
        Of("is wedged, its lists good", static server => server.Faults.Wedge(), Outcome.Fallback, Timeout),
        Of("stalls after 3 tokens", Fault.StallAfter(Seen), Outcome.Interrupted, Timeout),
        Of("stalls, with heartbeats", Fault.StallAfter(Seen, Heartbeat), Outcome.Interrupted, Timeout),
        Of("drops before the first token", Fault.DropAfter(0), Outcome.Fallback, StreamInterrupted, InvalidResponse, Unavailable),
        Of("drops after 3 tokens (FIN)", Fault.DropAfter(Seen), Outcome.Interrupted, StreamInterrupted) with { Whole = Outcome.Fallback },
        Of("drops after 3 tokens (RST)", Fault.DropAfter(Seen, reset: true), Outcome.Interrupted, StreamInterrupted) with { Whole = Outcome.Fallback },
        Of("is loading for ever", Fault.Error(BackendError.Loading), Outcome.Fallback, ModelLoading, Timeout, Overloaded, ServerError),
        Of("is busy", Fault.Error(BackendError.Busy), Outcome.Fallback, Overloaded),
        Of("429", Fault.RateLimited(), Outcome.Fallback, RateLimited),
        Of("429, Retry-After 20", Fault.RateLimited(TimeSpan.FromSeconds(20)), Outcome.Fallback, RateLimited),
        Of("500 of the backend", Fault.Error(BackendError.Internal), Outcome.Fallback) with { IsInternalError = true },
        Of("502 of a proxy, HTML", Fault.Status(502, "<html><body>Bad Gateway</body></html>", contentType: "text/html"), Outcome.Fallback, Unavailable, ServerError),
        Of("503, Retry-After 20", Fault.Status(503, retryAfter: TimeSpan.FromSeconds(20)), Outcome.Fallback, Overloaded, Unavailable, ServerError),
        Of("504 of a proxy, no body", Fault.Status(504, string.Empty), Outcome.Fallback, Timeout),
        Of("401", Fault.Error(BackendError.Unauthorized), Outcome.Fallback, Unauthorized),
        Of("404, no such model", Fault.Error(BackendError.ModelNotFound), Outcome.Fallback, ModelNotFound),
        Of("400, prompt too long", Fault.Error(BackendError.ContextExceeded), Outcome.Fallback, ContextExceeded),
        Of("400, request at fault", Fault.Error(BackendError.BadRequest), Outcome.Refused, InvalidRequest),
        .. ErrorsInside200(),
        Of("empty stream", Fault.EmptyStream(), Outcome.Fallback, InvalidResponse, StreamInterrupted),
        Of("only the end marker", Fault.OnlyDone(), Outcome.Fallback, InvalidResponse, StreamInterrupted),
        Of("no end marker", Fault.MissingDone(), Outcome.Answer, StreamInterrupted),
        Of("no finish reason", Fault.MissingFinishReason(), Outcome.Interrupted, StreamInterrupted) with { Whole = Outcome.Answer },
        Of("reasoning only", Fault.ReasoningOnly(), Outcome.Fallback, InvalidResponse),
        Of("no choices", Fault.EmptyChoices(), Outcome.Fallback, InvalidResponse, StreamInterrupted),
        Of("broken JSON at once", Fault.MalformedJson(), Outcome.Fallback, InvalidResponse),
        Of("broken JSON after 3 tokens", Fault.MalformedJson(Seen), Outcome.Interrupted, InvalidResponse) with { Whole = Outcome.Fallback },
        Of("broken frames at once", Fault.MalformedStream(), Outcome.Fallback, InvalidResponse, StreamInterrupted),
        Of("broken frames after 3 tokens", Fault.MalformedStream(Seen), Outcome.Interrupted, InvalidResponse, StreamInterrupted) with { Whole = Outcome.Fallback },
        Of("wrong content type", Fault.WrongContentType(), Outcome.Fallback, InvalidResponse) with { Whole = Outcome.Answer },
        Of("frames split into bytes", Fault.SplitEveryByte(), Outcome.Answer),
        Of("frames merged into one", Fault.MergeFrames(), Outcome.Answer),
        Of("one chunk of 3 MB", Fault.HugeToken(3_000_000), Outcome.Answer) with { Accepts = static text => text.Length == 3_000_000 },
        Of("slow tokens", Fault.SlowTokens(TimeSpan.FromMilliseconds(30)), Outcome.Answer),
        Of("late first token", Fault.LateFirstToken(TimeSpan.FromMilliseconds(150)), Outcome.Answer),
        Of("echoes the JSON schema", Fault.SchemaEcho(), Outcome.Answer, InvalidResponse) with { AsksForJson = true },
        Of("repeats itself to the limit", Fault.RepetitionLoop(), Outcome.Answer) with { Accepts = static text => text.StartsWith("The same again. The same again.", StringComparison.Ordinal) && text.Length < 4_000 },
        Once("500 once", Fault.Error(BackendError.Internal)) with { IsInternalError = true },
        Once("429 once, Retry-After 1", Fault.RateLimited(TimeSpan.FromSeconds(1)), RateLimited),
        Once("drops once, before the first token", Fault.DropAfter(0), StreamInterrupted),
        Of("flaps: every second request", static server => server.Faults.Add(new FaultRule(Fault.Error(BackendError.Internal)) { EveryNth = 2, When = FaultCase.IsChat }), Outcome.Answer) with
        {
            Requests = 4,
            IsInternalError = true,
        },
    ];

    private static IEnumerable<FaultCase> ErrorsInside200()
    {
        foreach (var form in Enum.GetValues<StreamErrorForm>())
        {
            yield return Of($"error in a 200 ({form})", Fault.ErrorInside200(0, form), Outcome.Fallback) with { IsInternalError = true };
            var later = Of($"error after 3 tokens ({form})", Fault.ErrorInside200(Seen, form), Outcome.Interrupted, StreamInterrupted);
            yield return later with
            {
                Whole = Outcome.Fallback,
                IsInternalError = true,
            };
        }
    }

    private static async Task ResetConnectionsAsync(LlmSimulator server)
    {
        // A connection of an earlier request would not notice.
        await server.StopListeningAsync();
        await server.StartListeningAsync();
        server.Faults.Always(Fault.ResetOnConnect());
    }

    private static FaultCase Once(string name, Fault fault, params ProviderErrorKind[] kinds)
    {
        var once = Of(name, server => server.Faults.Add(new FaultRule(fault) { Times = 1, When = FaultCase.IsChat }), Outcome.Fallback, kinds);
        return once with { Heals = true };
    }

    private static FaultCase Of(string name, Fault fault, Outcome outcome, params ProviderErrorKind[] kinds) =>
        Of(name, server => server.Faults.When(FaultCase.IsChat, fault), outcome, kinds);

    private static FaultCase Of(string name, Func<LlmSimulator, FaultRule> arrange, Outcome outcome, params ProviderErrorKind[] kinds) => new(
        name,
        server =>
        {
            arrange(server);
            return Task.CompletedTask;
        },
        outcome,
        kinds);
}
