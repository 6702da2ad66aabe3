using HybridLlm.Endpoints;
using HybridLlm.Testing;
using HybridLlm.Tests.Support;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HybridLlm.Tests.Endpoints;

/// <summary>Several servers behind one provider.</summary>
public sealed class BalancingTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly ScriptedProvider[] _servers = [.. Enumerable.Range(0, 4).Select(i => new ScriptedProvider("fleet", $"answer {i}"))];
    private readonly Replica[] _replicas;
    private readonly ReplicaSet _set;
    private readonly BalancedProvider _fleet;

    public BalancingTests()
    {
        var random = new Random(7);
        _replicas = [.. _servers.Select((server, i) => new Replica($"http://gpu-{i}:8000", server))];
        _set = new ReplicaSet("fleet", _replicas, TimeSpan.FromSeconds(20), _time, NullLogger.Instance, random.Next);
        _fleet = BalancedProvider.Create("fleet", _set, _time);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _fleet.DisposeAsync();

    [Fact]
    public async Task Load_spreads_over_all_servers_and_evenly()
    {
        var release = new TaskCompletionSource();
        foreach (var server in _servers)
        {
            server.OnWhole = async _ =>
            {
                await release.Task;
                return new(new ChatMessage(ChatRole.Assistant, "x"));
            };
        }

        var calls = Enumerable.Range(0, 400).Select(_ => AskAsync()).ToList();

        // With the less busy of two the fullest server is within a few requests of the emptiest; by chance alone it would be dozens.
        Assert.Equal(400, _replicas.Sum(replica => replica.InFlight));
        Assert.InRange(_replicas.Max(replica => replica.InFlight) - _replicas.Min(replica => replica.InFlight), 0, 8);
        release.SetResult();
        await Task.WhenAll(calls);
        Assert.All(_replicas, replica => Assert.Equal(0, replica.InFlight));
    }

    [Fact]
    public void Of_two_the_less_busy_is_chosen_and_what_others_wait_for_counts()
    {
        for (var i = 0; i < 3; i++)
        {
            _replicas[i].Waiting(10);
        }

        var chosen = Enumerable.Range(0, 400).Count(_ => _set.Choose([]) == _replicas[3]);

        // It wins whenever it is among the two: half of the time with four servers.
        Assert.InRange(chosen, 160, 240);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_cannot_be_reached_costs_no_request_and_gets_no_more(bool streamed)
    {
        Break(0, ProviderErrorKind.Unavailable);

        for (var i = 0; i < 100; i++)
        {
            Assert.DoesNotContain("0", await TextAsync(streamed), StringComparison.Ordinal);
        }

        Assert.Single(_servers[0].Requests);
        Assert.True(_replicas[0].IsEjected);
        Assert.Equal(101, _servers.Sum(server => server.Requests.Count));
    }

    [Fact]
    public async Task A_server_that_fails_otherwise_is_ejected_after_three_times_in_a_row()
    {
        var failing = true;
        _servers[0].OnStream = _ => failing ? Updates.ThenFail(Failure(ProviderErrorKind.ServerError)) : Updates.Of("fine");
        while (_servers[0].Requests.Count < 2)
        {
            await TextAsync(streamed: true);
        }

        failing = false;
        while (_servers[0].Requests.Count < 3)
        {
            await TextAsync(streamed: true);
        }

        failing = true;
        while (!_replicas[0].IsEjected)
        {
            await TextAsync(streamed: true);
        }

        Assert.Equal(3 + ReplicaSet.FailuresToEject, _servers[0].Requests.Count);
    }

    [Fact]
    public async Task An_ejected_server_comes_back_when_it_has_answered_a_probe_of_one_token()
    {
        Break(0, ProviderErrorKind.Unavailable);
        await UntilEjectedAsync(0);
        await ProbeAsync(0, TimeSpan.FromSeconds(5));
        Assert.True(_replicas[0].IsEjected);
        Assert.Equal(1, _servers[0].Calls.Count(call => call.IsProbe));

        _servers[0].OnStream = null;
        await ProbeAsync(0, TimeSpan.FromSeconds(10));

        await UntilAsync(() => !_replicas[0].IsEjected);
        Assert.Equal(2, _servers[0].Calls.Count(call => call.IsProbe));
        Assert.Equal("m", _servers[0].Calls.Last(call => call.IsProbe).Options?.ModelId);
    }

    [Fact]
    public async Task A_server_whose_listing_is_green_but_that_hangs_is_found_when_a_caller_gave_up_on_it()
    {
        _servers[0].OnStream = call => Updates.ThenHang(call);
        using var caller = new CancellationTokenSource();
        var given = new List<Task>();
        while (_servers[0].Requests.Count == 0)
        {
            given.Add(ReadAsync(caller.Token));
        }

        _time.Advance(ReplicaSet.Suspicious);
        await caller.CancelAsync();
        await Task.WhenAll(given).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

        // It says that it is well; the probe's budget tells otherwise.
        await UntilAsync(() => _servers[0].Calls.Any(call => call.IsProbe));
        await UntilAsync(() => _time.UntilNextTimer is not null);
        _time.Advance(TimeSpan.FromSeconds(20));
        await UntilAsync(() => _replicas[0].IsEjected);
    }

    [Fact]
    public async Task A_caller_who_leaves_early_raises_no_suspicion()
    {
        _servers[0].OnStream = call => Updates.ThenHang(call);
        using var caller = new CancellationTokenSource();
        List<Task> given = [];
        while (_servers[0].Requests.Count == 0)
        {
            given.Add(ReadAsync(caller.Token));
        }

        _time.Advance(ReplicaSet.Suspicious - TimeSpan.FromSeconds(1));
        await caller.CancelAsync();
        await Task.WhenAll(given).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

        Assert.DoesNotContain(_servers[0].Calls, call => call.IsProbe);
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Fact]
    public async Task When_no_server_is_trusted_one_is_asked_nevertheless_and_its_failure_told()
    {
        for (var i = 0; i < 4; i++)
        {
            Break(i, ProviderErrorKind.Unavailable);
        }

        Assert.Equal(ProviderErrorKind.Unavailable, (await Assert.ThrowsAsync<ProviderException>(() => TextAsync(streamed: true))).Kind);
        Assert.All(_replicas, replica => Assert.True(replica.IsEjected));
        await Assert.ThrowsAsync<ProviderException>(() => TextAsync(streamed: true));
        Assert.Equal(8, _servers.Sum(server => server.Requests.Count));
        Assert.All(_replicas, replica => Assert.Equal(0, replica.InFlight));
    }

    [Fact]
    public async Task A_request_that_is_at_fault_itself_goes_to_no_other_server_and_ejects_none()
    {
        for (var i = 0; i < 4; i++)
        {
            Break(i, ProviderErrorKind.InvalidRequest);
        }

        await Assert.ThrowsAsync<ProviderException>(() => TextAsync(streamed: true));

        Assert.Equal(1, _servers.Sum(server => server.Requests.Count));
        Assert.DoesNotContain(_replicas, replica => replica.IsEjected);
    }

    [Fact]
    public async Task An_answer_that_broke_off_after_it_had_begun_is_not_begun_again_elsewhere()
    {
        foreach (var server in _servers)
        {
            server.OnStream = _ => Updates.ThenFail(Failure(ProviderErrorKind.StreamInterrupted), new ChatResponseUpdate(ChatRole.Assistant, "half"));
        }

        var text = "";
        await Assert.ThrowsAsync<ProviderException>(async () =>
        {
            await foreach (var update in Chat.GetStreamingResponseAsync("Hi", cancellationToken: Token))
            {
                text += update.Text;
            }
        });

        Assert.Equal(("half", 1), (text, _servers.Sum(server => server.Requests.Count)));
    }

    [Fact]
    public async Task A_role_before_a_failure_is_not_heard_of()
    {
        foreach (var server in _servers.Skip(1))
        {
            server.OnStream = _ => Updates.ThenFail(Failure(ProviderErrorKind.Overloaded), new ChatResponseUpdate(ChatRole.Assistant, "") { ResponseId = "other" });
        }

        for (var i = 0; i < 10; i++)
        {
            List<ChatResponseUpdate> updates = [];
            await foreach (var update in Chat.GetStreamingResponseAsync("Hi", cancellationToken: Token))
            {
                updates.Add(update);
            }

            Assert.DoesNotContain(updates, update => update.ResponseId == "other");
            Assert.Equal("answer0", string.Concat(updates));
        }
    }

    [Fact]
    public async Task The_fleet_is_well_while_one_server_is_and_says_which_are_not()
    {
        Assert.Equal(ProviderHealth.Healthy, await _fleet.CheckHealthAsync(Token));

        _servers[1].Health = new(ProviderHealthStatus.Unhealthy, "refused");
        var health = await _fleet.CheckHealthAsync(Token);
        Assert.Equal((ProviderHealthStatus.Healthy, "3 of 4 endpoints answer; http://gpu-1:8000: refused"), (health.Status, health.Description));
        Assert.True(_replicas[1].IsEjected);

        foreach (var server in _servers)
        {
            server.Health = new(ProviderHealthStatus.Unhealthy, "refused");
        }

        Assert.Equal(ProviderHealthStatus.Unhealthy, (await _fleet.CheckHealthAsync(Token)).Status);
    }

    [Fact]
    public async Task Models_of_all_servers_are_listed_once_and_resident_where_they_are_anywhere()
    {
        _servers[0].Models = [new() { Id = "a", State = ModelState.NotLoaded }];
        _servers[1].Models = [new() { Id = "a", State = ModelState.Resident }, new() { Id = "b" }];
        var models = await _fleet.ListModelsAsync(Token);
        Assert.Equal([("a", ModelState.Resident), ("b", ModelState.Unknown)], models.Select(model => (model.Id, model.State)));
    }

    [Fact]
    public async Task Endpoints_in_the_configuration_make_one_provider_of_a_server_each()
    {
        var factory = new RecordingFactory();
        await using var services = Build(factory, "http://a:1", "http://b:1");

        var response = await services.GetRequiredService<IChatClient>().GetResponseAsync("Hi", cancellationToken: Token);

        Assert.Equal("made", response.Text);
        Assert.Equal(["http://a:1", "http://b:1"], factory.Endpoints);
    }

    [Theory]
    [InlineData("HybridLlm:Providers:fleet:Endpoints:1", "http://a:1", "nonsense")]
    [InlineData("HybridLlm:Providers:fleet:Endpoints:1", "http://a:1", "http://a:1")]
    public void An_address_that_cannot_be_is_refused_by_its_place(string place, params string[] endpoints)
    {
        using var services = Build(new RecordingFactory(), endpoints);
        var failure = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<HybridLlmOptions>>().Value);
        Assert.Contains(place, failure.Message, StringComparison.Ordinal);
    }

    private IChatClient Chat => _fleet.GetChatClient("m");

    private static ProviderException Failure(ProviderErrorKind kind) => new(kind, "it failed");

    private static ServiceProvider Build(RecordingFactory factory, params string[] endpoints)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            endpoints.Select((endpoint, i) => KeyValuePair.Create($"HybridLlm:Providers:fleet:Endpoints:{i}", (string?)endpoint))
                .Append(new("HybridLlm:Providers:fleet:Type", "Recording"))
                .Append(new("HybridLlm:Models:m:Provider", "fleet"))
                .Append(new("HybridLlm:Metrics:Store", "None"))).Build();
        var collection = new ServiceCollection();
        collection.AddHybridLlm(configuration).Services.AddSingleton<ILlmProviderFactory>(factory);
        return collection.BuildServiceProvider();
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            await look.WaitForNextTickAsync(patience.Token);
        }
    }

    private void Break(int server, ProviderErrorKind kind)
    {
        _servers[server].OnStream = _ => Updates.ThenFail(Failure(kind));
        _servers[server].OnWhole = _ => Task.FromException<ChatResponse>(Failure(kind));
    }

    private async Task UntilEjectedAsync(int server)
    {
        while (!_replicas[server].IsEjected)
        {
            await TextAsync(streamed: true);
        }
    }

    private async Task ProbeAsync(int server, TimeSpan after)
    {
        var probes = _servers[server].Calls.Count(call => call.IsProbe);
        await UntilAsync(() => _time.UntilNextTimer == after);
        _time.Advance(after);
        await UntilAsync(() => _servers[server].Calls.Count(call => call.IsProbe) > probes);
    }

    private Task<ChatResponse> AskAsync() => Chat.GetResponseAsync("Hi", cancellationToken: Token);

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        await foreach (var update in Chat.GetStreamingResponseAsync("Hi", cancellationToken: cancellationToken))
        {
            Assert.NotNull(update);
        }
    }

    private async Task<string> TextAsync(bool streamed) => streamed ? (await Chat.GetStreamingResponseAsync("Hi", cancellationToken: Token).ToChatResponseAsync(Token)).Text : (await AskAsync()).Text;

    private sealed class RecordingFactory : LlmProviderFactory<ProviderOptions>
    {
        public List<string> Endpoints { get; } = [];

        public override string Type => "Recording";

        protected override ProviderOptions Read(IConfigurationSection section) => section.Get<ProviderOptions>() ?? new();

        protected override void Validate(ProviderOptions options, IConfigurationErrors errors)
        {
            if (options.Endpoint is null)
            {
                errors.Add(nameof(options.Endpoint), null, "It is required.");
            }
        }

        protected override ILlmProvider Create(ProviderContext context, ProviderOptions options)
        {
            Endpoints.Add(options.Endpoint!);
            return new ScriptedProvider(context.Name, "made") { Models = [new() { Id = "m" }] };
        }
    }
}
