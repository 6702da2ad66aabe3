using System.Diagnostics;
using HybridLlm.Telemetry.Tests.Support;
using HybridLlm.Testing;
using HybridLlm.Tests.Support;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HybridLlm.Telemetry.Tests;

/// <summary>No prompt, answer, key or password is in anything that is exported, reported as health or logged at Information and above, even where servers repeat them.</summary>
public sealed class LeakTests
{
    private const string Echo =
        $$$"""{"error":{"message":"cannot do '{{{Canary.Prompt}}}' and not '{{{Canary.Answer}}}' either, key {{{Canary.Key}}}, header {{{Canary.Header}}}, see http://user:{{{Canary.Password}}}@host/?key={{{Canary.Key}}}","type":"x"}}""";

    public static TheoryData<int, int> Cases
    {
        get
        {
            var cases = new TheoryData<int, int>();
            for (var backend = 0; backend < Backend.All.Count; backend++)
            {
                foreach (var status in (int[])[400, 401, 404, 422, 429, 500, 503])
                {
                    cases.Add(backend, status);
                }
            }

            return cases;
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_server_that_repeats_the_prompt_and_the_key_in_its_errors_tells_nobody_but_the_caller(int index, int status)
    {
        var backend = Backend.All[index];
        using var recorder = new TelemetryRecorder(alsoTrace: "System.Net.Http");
        using var logs = new LogCollector();
        await using var server = await backend.StartAsync(Canary.Key, Token);
        server.Replies.Default = _ => $"{Canary.Answer} it is";
        await using var services = Services(logs, builder => backend.Register(builder, "local", server.Endpoint.ToString(), Canary.Key));
        var client = services.GetRequiredService<IHybridLlmClient>();
        var good = await client.GenerateAsync(new LlmRequest($"say {Canary.Prompt}"), Token);
        Assert.Contains(Canary.Answer, good.Text, StringComparison.Ordinal);
        server.Faults.Always(Fault.Status(status, Echo));

        var failure = await Assert.ThrowsAsync<AllRoutesFailedException>(() => client.GenerateAsync(new LlmRequest($"say {Canary.Prompt}"), Token));
        var streamed = await Assert.ThrowsAsync<AllRoutesFailedException>(() => ReadAsync(client, new LlmRequest($"stream {Canary.Prompt}")));
        var health = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token);

        // The words came through: to the caller, whose own they are, and to a log at Trace. The key came to neither.
        Assert.Contains(Canary.Prompt, failure.ToString(), StringComparison.Ordinal);
        Assert.Contains(logs.At(LogLevel.Trace), text => text.Contains(Canary.Prompt, StringComparison.Ordinal));
        foreach (var secret in (string[])[Canary.Key, Canary.Password])
        {
            Assert.All((string[])[failure.ToString(), streamed.ToString(), .. Excerpts(failure)], text => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
            Assert.All(logs.From(LogLevel.Trace), text => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        }

        Assert.Contains(logs.From(LogLevel.Warning), text => text.Contains($"status {status}", StringComparison.Ordinal));
        AssertNothingLeaked(recorder, logs, health);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Clients_estimators_and_second_opinions_that_throw_what_they_were_told_tell_nobody_else(bool stream)
    {
        using var recorder = new TelemetryRecorder();
        using var logs = new LogCollector();
        var words = $"cannot do '{Canary.Prompt}', not '{Canary.Answer}', Authorization: Bearer {Canary.Key}, api_key={Canary.Key}";
        var broken = new ScriptedProvider("broken", "")
        {
            OnStream = _ => Updates.ThenFail(new InvalidOperationException(words, new HttpRequestException(words))),
            OnWhole = _ => throw new InvalidOperationException(words),
        };
        var working = new ScriptedProvider("working", Canary.Answer);
        await using var services = Services(
            logs,
            builder => builder.AddProvider("broken", _ => broken).AddProvider("working", _ => working)
                .AddConfidenceEstimator(_ => new Thrower(words))
                .AddSecondOpinion(_ => new Thrower(words), o => (o.BelowConfidence, o.IsLocal) = (1, true)),
            o =>
            {
                o.Routing.EscalationThreshold = 0.3;
                o.Models["first"] = new() { Provider = "broken", Quality = 1 };
                o.Models["second"] = new() { Provider = "working", Quality = 0.1 };
            });
        var client = services.GetRequiredService<IHybridLlmClient>();
        var request = new LlmRequest($"what do you make of {Canary.Prompt}?");

        var text = stream ? await ReadAsync(client, request) : (await client.GenerateAsync(request, Token)).Text;
        var health = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token);

        Assert.Equal(Canary.Answer, text);
        Assert.Contains(logs.At(LogLevel.Trace), entry => entry.Contains(Canary.Prompt, StringComparison.Ordinal));
        Assert.Contains(logs.At(LogLevel.Warning), entry => entry.Contains("second opinion", StringComparison.Ordinal));
        AssertNothingLeaked(recorder, logs, health);
    }

    [Theory]
    [InlineData($"http://user:{Canary.Password}@localhost:1234")]
    [InlineData($"http://localhost:1234/v1?api_key={Canary.Key}")]
    [InlineData($"user:{Canary.Password}@localhost")]
    [InlineData($"ftp://user:{Canary.Password}@localhost")]
    public async Task An_address_with_a_password_or_a_key_is_refused_without_repeating_it(string endpoint)
    {
        using var logs = new LogCollector();
        await using var services = Services(logs, builder => builder.AddVllm("local", o => o.Endpoint = endpoint));

        var failure = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IHybridLlmClient>());

        Canary.AssertNotIn([failure.ToString(), .. logs.From(LogLevel.Trace)]);
    }

    private static ServiceProvider Services(LogCollector logs, Action<IHybridLlmBuilder> add, Action<HybridLlmOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logs));
        services.AddHealthChecks().AddHybridLlm();
        add(services.AddHybridLlm(options =>
        {
            options.Metrics.Store = "None";
            options.Resilience.Retry.MaxRetries = 0;
            options.Resilience.Cooldown = new() { Initial = TimeSpan.Zero };
            configure?.Invoke(options);
        }));
        return services.BuildServiceProvider();
    }

    private static async Task<string> ReadAsync(IHybridLlmClient client, LlmRequest request)
    {
        var text = "";
        await foreach (var update in client.GenerateStreamingAsync(request, Token))
        {
            text += update.Text;
        }

        return text;
    }

    private static IEnumerable<string> Excerpts(AllRoutesFailedException failure) =>
        failure.Trace.Attempts.Select(attempt => (attempt.Exception as ProviderException)?.ResponseExcerpt ?? "");

    private static void AssertNothingLeaked(TelemetryRecorder recorder, LogCollector logs, HealthReport health)
    {
        Assert.NotEmpty(recorder.Spans);
        Assert.NotEmpty(recorder.Points);
        Canary.AssertNotIn(recorder.Spans.Select(Everything));
        Canary.AssertNotIn(recorder.Points.Select(point => string.Join(' ', point.Tags.Values)));
        Canary.AssertNotIn(logs.From(LogLevel.Information));
        Canary.AssertNotIn(health.Entries.Values.Select(entry => $"{entry.Description} {entry.Exception} {string.Join(' ', entry.Data.Values)}"));
    }

    private static string Everything(Activity span) => string.Join(
        '\n',
        [
            span.DisplayName,
            span.StatusDescription ?? "",
            .. span.TagObjects.Select(tag => $"{tag.Key}={(tag.Value is string[] texts ? string.Join(' ', texts) : tag.Value)}"),
            .. span.Events.SelectMany(e => e.Tags.Select(tag => $"{e.Name} {tag.Key}={tag.Value}")),
            .. span.Baggage.Select(item => $"{item.Key}={item.Value}"),
        ]);

    private sealed class Thrower(string words) : IConfidenceEstimator, ITaskClassifier
    {
        public string Name => "thrower";

        public ValueTask<ConfidenceSignal?> EstimateAsync(ConfidenceContext context, CancellationToken cancellationToken = default) => throw new InvalidOperationException(words);

        public ValueTask<TaskProfile> ClassifyAsync(LlmRequest request, CancellationToken cancellationToken = default) => throw new InvalidOperationException(words);
    }
}
