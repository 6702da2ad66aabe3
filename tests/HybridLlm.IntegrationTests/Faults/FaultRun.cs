using System.Diagnostics;
using HybridLlm.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.IntegrationTests.Faults;

/// <summary>
/// One case of the matrix: an application with a backend that becomes faulty after a good answer and, or not, a good one behind it. It
/// checks that the request ends in time and as it should, and that nothing is left over.
/// </summary>
internal sealed class FaultRun : IAsyncDisposable
{
    private const string Question = "Say it.";
    private const string Schema = "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"],\"additionalProperties\":false}";

    /// <summary>Failures that say nothing of the next request.</summary>
    private static readonly ProviderErrorKind[] Passing =
        [ProviderErrorKind.Overloaded, ProviderErrorKind.ModelLoading, ProviderErrorKind.ContextExceeded, ProviderErrorKind.InvalidRequest];

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly FaultyBackend _backend;
    private readonly FaultCase _fault;
    private readonly bool _streamed;
    private readonly LlmSimulator _faulty;
    private readonly OpenAISimulator? _good;
    private readonly ServiceProvider _services;
    private readonly Outcome _expected;
    private readonly string _answer;
    private readonly CancellationToken _deadline;

    private FaultRun(FaultyBackend backend, FaultCase fault, bool streamed, LlmSimulator faulty, OpenAISimulator? good, CancellationToken deadline)
    {
        _backend = backend;
        _fault = fault;
        _streamed = streamed;
        _faulty = faulty;
        _good = good;
        _deadline = deadline;
        _expected = fault.Expected(backend, streamed);
        _answer = fault.AsksForJson ? "{\"city\":\"Alpha\"}" : "alpha one two three four five six seven";
        faulty.Replies.Default = _ => _answer;
        if (good is not null)
        {
            good.Replies.Default = _ => Fallback;
        }

        _services = FaultApplication.Build(backend, faulty, good);
    }

    private string Fallback => _fault.AsksForJson ? "{\"city\":\"Beta\"}" : "beta nine ten";

    /// <summary>Runs a case.</summary>
    /// <returns>What came of it, in a word, for the matrix.</returns>
    public static async Task<string> RunAsync(FaultyBackend backend, FaultCase fault, bool streamed, bool alone, CancellationToken deadline)
    {
        await using var faulty = await backend.StartAsync(deadline);
        await using var good = alone ? null : await OpenAISimulator.StartAsync(cancellationToken: deadline);
        await using var run = new FaultRun(backend, fault, streamed, faulty, good, deadline);
        return await run.RunAsync();
    }

    /// <summary>Lets many callers leave while the backend hangs, and then asks once more.</summary>
    public static async Task LeaveAsync(FaultyBackend backend, bool streamed, CancellationToken deadline)
    {
        const int Callers = 32;
        await using var faulty = await backend.StartAsync(deadline);
        await using var good = await OpenAISimulator.StartAsync(cancellationToken: deadline);
        await using var run = new FaultRun(backend, FaultCases.All[0], streamed, faulty, good, deadline);
        var client = run._services.GetRequiredService<IHybridLlmClient>();
        Assert.Equal("alpha", (await run.AskAsync(client)).Trace!.Model);
        var hang = faulty.Faults.When(FaultCase.IsChat, Fault.Hang());
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(deadline);

        var asking = Enumerable.Range(0, Callers).Select(_ => run.AskAsync(client, leaving.Token)).ToArray();
        await faulty.WaitForAsync(() => hang.Hits > 0, deadline);
        await leaving.CancelAsync();

        foreach (var asked in asking)
        {
            var left = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
            Assert.Equal(leaving.Token, left.CancellationToken);
        }

        await run.NothingIsLeftAsync(faulty, "the faulty backend");
        faulty.Faults.Clear();
        var next = await run.AskAsync(client);
        Assert.True((next.Text, next.Trace!.Attempts.Count) == (run._answer, 1), $"{next.Text}\n{next.Trace}");
        Assert.DoesNotContain(good.Requests, FaultCase.IsChat);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task<string> RunAsync()
    {
        var client = _services.GetRequiredService<IHybridLlmClient>();
        for (var i = 0; i < FaultApplication.Warming; i++)
        {
            var healthy = await AskAsync(client);
            Assert.Null(healthy.Error);
            Assert.Equal((_answer, "alpha"), (healthy.Text, healthy.Trace!.Model));
        }

        await _fault.Arrange(_faulty);
        List<string> words = [];
        for (var i = 0; i < _fault.Requests; i++)
        {
            var clock = Stopwatch.StartNew();
            var end = await AskAsync(client);
            Assert.True(clock.Elapsed < FaultApplication.Total + Grace, $"It took {clock.Elapsed}.");
            words.Add($"{Check(end)} {clock.ElapsedMilliseconds} ms");
            await CheckMemoryAsync(client, end);
        }

        await NothingIsLeftAsync(_faulty, "the faulty backend");
        if (_good is not null)
        {
            await NothingIsLeftAsync(_good, "the good backend");
        }

        return string.Join(", ", words);
    }

    private async Task<Ending> AskAsync(IHybridLlmClient client, CancellationToken? token = null)
    {
        var cancellationToken = token ?? _deadline;
        var options = new ChatOptions { MaxOutputTokens = 200 };
        options.ResponseFormat = _fault.AsksForJson ? ChatResponseFormat.ForJsonSchema(System.Text.Json.JsonElement.Parse(Schema), "place") : null;
        var request = new LlmRequest([new(ChatRole.User, Question)], options) { Model = "alpha" };
        var seen = string.Empty;
        try
        {
            if (!_streamed)
            {
                var response = await client.GenerateAsync(request, cancellationToken);
                return new(response.Text, null, response.Trace);
            }

            RoutingTrace? trace = null;
            await foreach (var update in client.GenerateStreamingAsync(request, cancellationToken))
            {
                seen += update.Text;
                trace = update.AdditionalProperties?.TryGetValue(HybridLlmOptionKeys.Trace, out var found) == true ? (RoutingTrace?)found : trace;
            }

            return new(seen, null, trace);
        }
        catch (HybridLlmException error)
        {
            return new(seen, error, error switch
            {
                AllRoutesFailedException failed => failed.Trace,
                StreamInterruptedException interrupted => interrupted.Trace,
                _ => null,
            });
        }
    }

    /// <summary>Holds what came to what must come.</summary>
    private string Check(Ending end)
    {
        Assert.True(end.Trace is not null, $"There is no trace, but {end.Error}");
        var attempts = end.Trace.Attempts;
        Assert.NotEmpty(attempts);
        Assert.All(attempts.Where(static attempt => attempt.Status == OutcomeStatus.Failed), attempt =>
        {
            Assert.True(_fault.IsTrue(_backend, attempt.Error), $"It was called {attempt.Error}: {attempt.Reason}");
            Assert.False(string.IsNullOrEmpty(attempt.Reason));
            Assert.Equal(FaultyBackend.Provider, attempt.Provider);
        });

        // A backend that flaps answers some requests; its fallback the others, or where it is alone, itself when it is asked again.
        var expected = _fault.Requests > 1 && _good is not null && end.Trace.Provider != FaultyBackend.Provider ? Outcome.Fallback : _expected;
        return expected switch
        {
            Outcome.Answer => CheckAnswer(end),
            Outcome.Interrupted => CheckInterrupted(end),
            Outcome.Fallback when _good is not null => CheckFallback(end),
            Outcome.Fallback when _fault.Heals => CheckAnswer(end),
            _ => CheckError(end, expected),
        };
    }

    private string CheckAnswer(Ending end)
    {
        Assert.True(end.Error is null, end.Error?.ToString());
        Assert.Equal("alpha", end.Trace!.Model);
        Assert.Equal(OutcomeStatus.Succeeded, end.Trace.Attempts[^1].Status);
        if (_fault.Accepts is { } accepts)
        {
            Assert.True(accepts(end.Text), $"The answer is '{Short(end.Text)}'.");
        }
        else
        {
            Assert.Equal(_fault.AsksForJson && end.Text != _answer ? Schema : _answer, end.Text);
        }

        return "A";
    }

    private string CheckFallback(Ending end)
    {
        Assert.True(end.Error is null, end.Error?.ToString());
        Assert.Equal((Fallback, "beta"), (end.Text, end.Trace!.Model));
        var attempts = end.Trace.Attempts;
        Assert.Equal(OutcomeStatus.Succeeded, attempts[^1].Status);

        Assert.True(attempts.Count <= 2, $"There were {attempts.Count} attempts.");
        Assert.True(attempts[0].Status != OutcomeStatus.Cancelled || (attempts[^1].IsHedge && _fault.Kinds.Contains(ProviderErrorKind.Timeout)), $"It was {attempts[0]}.");
        return "B";
    }

    /// <summary>The next request does not pay for a failure that it would meet too: it goes to the other backend at once.</summary>
    private async Task CheckMemoryAsync(IHybridLlmClient client, Ending end)
    {
        var met = end.Trace!.Attempts[0];
        if (_good is not null && _fault.Requests == 1 && met.Status == OutcomeStatus.Failed && met.Error is { } kind && Array.IndexOf(Passing, kind) < 0)
        {
            var next = await AskAsync(client);
            Assert.True(next.Error is null, next.Error?.ToString());
            Assert.Equal((Fallback, 1), (next.Text, next.Trace!.Attempts.Count));
        }
    }

    private string CheckInterrupted(Ending end)
    {
        var error = Assert.IsType<StreamInterruptedException>(end.Error);
        Assert.Equal(end.Text, error.PartialText);
        Assert.NotEmpty(end.Text);
        Assert.StartsWith(end.Text, _answer, StringComparison.Ordinal);
        Assert.Equal(OutcomeStatus.Failed, error.Attempts[^1].Status);
        return $"cut ({error.Attempts[^1].Error})";
    }

    private static string CheckError(Ending end, Outcome expected)
    {
        var error = Assert.IsType<AllRoutesFailedException>(end.Error);
        Assert.Equal(string.Empty, end.Text);
        Assert.All(error.Attempts, static attempt => Assert.Equal(OutcomeStatus.Failed, attempt.Status));
        Assert.True(expected != Outcome.Refused || error.Attempts.Count == 1, $"There were {error.Attempts.Count} attempts.");
        return $"{error.Attempts[^1].Error}";
    }

    /// <summary>Waits until nobody works on a chat any more. Other requests are the provider's own business, such as finding out what a server can.</summary>
    private async Task NothingIsLeftAsync(LlmSimulator server, string name)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_deadline);
        patience.CancelAfter(Grace);
        try
        {
            await server.WaitForAsync(() => !server.Requests.Any(static request => FaultCase.IsChat(request) && request.Outcome == RequestOutcome.Pending), patience.Token);
        }
        catch (OperationCanceledException) when (!_deadline.IsCancellationRequested)
        {
            Assert.Fail($"A connection to {name} was left open: {string.Join("; ", server.Requests.Where(static request => request.Outcome == RequestOutcome.Pending))}");
        }

        Assert.All(server.Requests, static request => Assert.Null(request.Error));
    }

    private static string Short(string text) => text.Length > 80 ? text[..80] + "..." : text;

    /// <summary>How a request ended for its caller.</summary>
    /// <param name="Text">The text that was seen.</param>
    /// <param name="Error">The error; <see langword="null"/> for none.</param>
    /// <param name="Trace">What was tried.</param>
    private sealed record Ending(string Text, HybridLlmException? Error, RoutingTrace? Trace);
}
