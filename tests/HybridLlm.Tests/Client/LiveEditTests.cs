using HybridLlm.Testing;
using HybridLlm.Tests.Configuration;
using HybridLlm.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.Tests.Client;

/// <summary>What an edit of the configuration does to a client in use.</summary>
public sealed class LiveEditTests : IAsyncDisposable
{
    private static readonly (string, string?)[] Basic =
    [
        ("HybridLlm:Metrics:Store", "None"),
        ("HybridLlm:Models:a:Provider", "pa"),
        ("HybridLlm:Models:a:Quality", "0.9"),
        ("HybridLlm:Models:b:Provider", "pb"),
        ("HybridLlm:Models:b:Quality", "0.5"),
        ("HybridLlm:Resilience:Retry:MaxRetries", "0"),
        ("HybridLlm:Resilience:Cooldown:Initial", "00:00:00"),
        ("HybridLlm:Resilience:CircuitBreaker:MinimumThroughput", "2"),
        ("HybridLlm:Resilience:CircuitBreaker:BreakDuration", "00:10:00"),
    ];

    private readonly EditableSource _source = new();
    private readonly ScriptedProvider _a = new("pa", "alpha");
    private readonly ScriptedProvider _b = new("pb", "beta");
    private readonly ServiceProvider _services;
    private readonly IHybridLlmClient _client;

    public LiveEditTests()
    {
        var services = new ServiceCollection();
        _source.Replace(Basic);
        services.AddSingleton<TimeProvider>(new ManualTimeProvider());
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Add(_source).Build());
        services.AddHybridLlm().AddProvider("pa", _ => _a).AddProvider("pb", _ => _b);
        _services = services.BuildServiceProvider();
        _client = _services.GetRequiredService<IHybridLlmClient>();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public async Task An_edit_moves_the_next_request()
    {
        Assert.Equal("a", (await AskAsync()).Model);

        Edit(("HybridLlm:Routing:Tasks:general:Models:0", "b"));

        Assert.Equal("b", (await AskAsync()).Model);
    }

    [Fact]
    public async Task A_bad_edit_changes_nothing()
    {
        Edit(("HybridLlm:Routing:Tasks:general:Models:0", "b"), ("HybridLlm:Routing:AccuracyFloor", "7"));

        Assert.Equal("a", (await AskAsync()).Model);
    }

    [Fact]
    public async Task A_request_under_way_ends_with_the_plan_that_it_began_with()
    {
        var rest = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _a.OnStream = call => Updates.After(rest.Task, call, "alpha");
        var asking = AskAsync();

        _source.Replace([.. Basic.Where(value => !value.Item1.Contains(":a:", StringComparison.Ordinal))]);
        Assert.Equal("b", (await AskAsync()).Model);
        rest.SetResult();

        Assert.Equal("alpha", (await asking).Text);
    }

    [Fact]
    public async Task An_open_circuit_survives_edits_of_everything_else()
    {
        await OpenCircuitOfAAsync();

        Edit(("HybridLlm:Routing:Defaults:Temperature", "0.3"), ("HybridLlm:Resilience:Retry:MaxRetries", "1"), ("HybridLlm:Models:a:Speed", "0.2"));

        var response = await AskAsync();
        Assert.Equal("b", response.Model);
        Assert.Contains(response.Trace.Plan.Rejected, rejected => rejected is { Model.Name: "a", Reason: RejectionReason.CircuitOpen });
    }

    [Fact]
    public async Task An_edit_of_the_circuit_breaker_itself_begins_anew()
    {
        await OpenCircuitOfAAsync();
        _a.OnStream = null;

        Edit(("HybridLlm:Resilience:CircuitBreaker:BreakDuration", "00:00:30"));

        Assert.Equal("a", (await AskAsync()).Model);
    }

    /// <summary>Changes some values and keeps the others.</summary>
    private void Edit(params (string Key, string? Value)[] changes) =>
        _source.Replace([.. Basic.Where(value => !changes.Any(change => change.Key == value.Item1)), .. changes]);

    private Task<LlmResponse> AskAsync() => _client.GenerateAsync(new LlmRequest("hi", "general"), Token);

    private async Task OpenCircuitOfAAsync()
    {
        _a.OnStream = _ => Updates.ThenFail(new ProviderException(ProviderErrorKind.ServerError, "broken"));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("b", (await AskAsync()).Model);
        }

        var plan = await _client.PlanAsync(new LlmRequest("hi", "general"), Token);
        Assert.Contains(plan.Rejected, rejected => rejected is { Model.Name: "a", Reason: RejectionReason.CircuitOpen });
    }
}
