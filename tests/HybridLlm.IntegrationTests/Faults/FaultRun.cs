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

    private const int Warming = 3;

    /// <summary>The request's whole time. A case that takes longer has hung.</summary>
    private static readonly TimeSpan Total = TimeSpan.FromSeconds(2.5);

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

        _services = Build(backend, faulty, good);
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

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static ServiceProvider Build(FaultyBackend backend, LlmSimulator faulty, OpenAISimulator? good)
    {
        var services = new ServiceCollection();
        var builder = services.AddHybridLlm(options =>
        {
            options.Metrics.Store = "None";
            options.Catalog.Discovery = ModelDiscovery.Off;
            options.Catalog.RefreshInterval = TimeSpan.FromHours(1);
            options.Timeouts = new()
            {
                Connect = TimeSpan.FromMilliseconds(800),
                Load = TimeSpan.FromMilliseconds(800),
                FirstToken = TimeSpan.FromMilliseconds(800),
                Idle = TimeSpan.FromMilliseconds(600),
                IdleMinimum = TimeSpan.FromMilliseconds(400),
                Total = Total,
            };

            // Three answers say what is usual; then a slow backend gets company after this time.
            options.Resilience.Hedging = new()
            {
                MinimumSamples = Warming,
                MinimumDelay = TimeSpan.FromMilliseconds(500),
                MaxShare = 1,
            };

            // A probe would call the faulty backend in the background, and hide who left a connection open.
            options.Resilience.Cooldown.Probe = false;
            options.Resilience.Retry = new() { MaxRetries = 1, Delay = TimeSpan.FromMilliseconds(20) };
            options.Models["alpha"] = new() { Provider = FaultyBackend.Provider, ModelId = "sim-model", ContextLength = 4096 };
            if (good is not null)
            {
                options.Models["beta"] = new() { Provider = "good", ModelId = "sim-model", ContextLength = 32_768 };
                options.Models["alpha"].Fallbacks.Add("beta");
            }
        });
        backend.Register(builder, faulty.Endpoint.ToString());
        if (good is not null)
        {
            builder.AddOpenAICompatible("good", options => options.Endpoint = good.Endpoint.ToString());
        }

        return services.BuildServiceProvider();
    }

    private async Task<string> RunAsync()
    {
        var client = _services.GetRequiredService<IHybridLlmClient>();
        for (var i = 0; i < Warming; i++)
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
            Assert.True(clock.Elapsed < Total + Grace, $"It took {clock.Elapsed}.");
            words.Add($"{Check(end)} {clock.ElapsedMilliseconds} ms");
        }

        await NothingIsLeftAsync(_faulty, "the faulty backend");
        if (_good is not null)
        {
            await NothingIsLeftAsync(_good, "the good backend");
        }

        return string.Join(", ", words);
    }

    private async Task<Ending> AskAsync(IHybridLlmClient client)
    {
        var options = new ChatOptions { MaxOutputTokens = 200 };
        options.ResponseFormat = _fault.AsksForJson ? ChatResponseFormat.ForJsonSchema(System.Text.Json.JsonElement.Parse(Schema), "place") : null;
        var request = new LlmRequest([new(ChatRole.User, Question)], options) { Model = "alpha" };
        var seen = string.Empty;
        try
        {
            if (!_streamed)
            {
                var response = await client.GenerateAsync(request, _deadline);
                return new(response.Text, null, response.Trace);
            }

            RoutingTrace? trace = null;
            await foreach (var update in client.GenerateStreamingAsync(request, _deadline))
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
