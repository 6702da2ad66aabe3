using System.Diagnostics;
using HybridLlm.Execution;
using HybridLlm.Testing;
using HybridLlm.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HybridLlm.Tests.Execution;

/// <summary>A model in memory that nobody uses is asked for a token, so that no caller has to find out that its server hangs.</summary>
public sealed class IdleProbeTests
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task A_wedged_model_that_nobody_has_called_rests_before_the_first_caller_comes()
    {
        await using var routes = Idling(ModelState.Resident);
        routes.A.OnStream = static call => Updates.ThenHang(call);
        await BeginAsync(routes);

        await UntilAsync(routes, () => RestsAsync(routes));

        Assert.Equal("b", (await routes.AskAsync()).Model);
        Assert.Empty(routes.A.Requests);
        Assert.DoesNotContain(routes.Tracker.GetAll(), static performance => performance.Model == "a");
    }

    [Fact]
    public async Task A_model_that_answers_goes_on_and_is_asked_again_after_as_long_a_time()
    {
        await using var routes = Idling(ModelState.Resident);
        await BeginAsync(routes);

        for (var probes = 1; probes <= 3; probes++)
        {
            await UntilAskedAsync(routes, probes);
        }

        Assert.False(await RestsAsync(routes));
        Assert.Equal("a", (await routes.AskAsync()).Model);
    }

    [Theory]
    [InlineData(ModelState.Unknown)]
    [InlineData(ModelState.NotLoaded)]
    [InlineData(ModelState.Loading)]
    public async Task A_model_that_is_not_known_to_be_in_memory_is_not_asked(ModelState state)
    {
        await using var routes = Idling(state);
        await BeginAsync(routes);

        await PassAsync(routes, 3 * Idle);

        Assert.Empty(routes.A.Calls);
    }

    [Fact]
    public async Task A_model_that_costs_money_is_asked_only_where_its_provider_says_so()
    {
        await using var metered = Idling(ModelState.Resident, static routes => routes.A.Capabilities = routes.A.Capabilities with { IsMetered = true });
        await BeginAsync(metered);
        await PassAsync(metered, 3 * Idle);
        Assert.Empty(metered.A.Calls);

        await using var told = Idling(ModelState.Resident, static routes => routes.A.Capabilities = routes.A.Capabilities with { IsMetered = true }, static options => options.ProbeIdleAfter = Idle);
        await BeginAsync(told);
        await UntilAskedAsync(told);
    }

    [Fact]
    public async Task Nothing_is_asked_where_it_is_switched_off()
    {
        await using var everywhere = Idling(ModelState.Resident, configure: static options => options.Resilience.ProbeIdleAfter = TimeSpan.Zero);
        await using var here = Idling(ModelState.Resident, configureA: static options => options.ProbeIdleAfter = TimeSpan.Zero);
        foreach (var routes in (TwoRoutes[])[everywhere, here])
        {
            await BeginAsync(routes);
            await PassAsync(routes, 3 * Idle);
            Assert.Empty(routes.A.Calls);
        }
    }

    [Fact]
    public async Task Nothing_is_asked_of_a_provider_that_answers()
    {
        await using var routes = Idling(ModelState.Resident, configure: static options => options.Timeouts.FirstToken = options.Timeouts.Load = TimeSpan.FromMinutes(2));
        var end = new TaskCompletionSource();
        routes.A.OnStream = call => Updates.After(end.Task, call, "alpha");
        await BeginAsync(routes);
        var answer = routes.AskAsync();
        await routes.AdvanceUntilAsync(() => routes.A.Requests.Count == 1, Look);

        await PassAsync(routes, 2 * Idle);

        Assert.DoesNotContain(routes.A.Calls, static call => call.IsProbe);
        end.SetResult();
        Assert.Equal("a", (await answer).Model);
    }

    [Fact]
    public async Task A_server_that_is_full_is_not_taken_for_a_broken_one()
    {
        await using var routes = Idling(ModelState.Resident);
        routes.A.OnStream = static _ => Updates.ThenFail(new ProviderException(ProviderErrorKind.Overloaded, "full"));
        await BeginAsync(routes);

        await UntilAskedAsync(routes);
        await PassAsync(routes, Look);

        Assert.False(await RestsAsync(routes));
    }

    [Fact]
    public void A_route_is_due_when_nobody_has_used_it_for_long_enough_and_ever_later_where_pauses_double()
    {
        var pause = TimeSpan.FromMinutes(5);
        Assert.Equal([5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80], ProbesAt(doubles: false));
        Assert.Equal([5, 10, 20, 40, 80], ProbesAt(doubles: true));

        List<int> ProbesAt(bool doubles)
        {
            var time = new ManualTimeProvider();
            var idleness = new RouteIdleness(time);
            List<int> probes = [];
            for (var minute = 1; minute <= 80; minute++)
            {
                time.Advance(TimeSpan.FromMinutes(1));
                if (idleness.IsDue(pause, doubles))
                {
                    probes.Add(minute);
                    idleness.SeeProbe();
                }
            }

            idleness.SeeUse();
            time.Advance(pause);
            Assert.True(idleness.IsDue(pause, doubles));
            return probes;
        }
    }

    private static TwoRoutes Idling(
        ModelState state, Action<TwoRoutes>? prepare = null, Action<ProviderOptions>? configureA = null, Action<HybridLlmOptions>? configure = null)
    {
        var routes = new TwoRoutes(
            options =>
            {
                options.Timeouts.FirstToken = options.Timeouts.Load = TimeSpan.FromSeconds(10);
                options.Timeouts.Total = TimeSpan.FromMinutes(5);
                options.Resilience.ProbeIdleAfter = Idle;
                options.Catalog.RefreshInterval = Look;
                configure?.Invoke(options);
            },
            build: builder => builder.Services.Configure<HybridLlmOptions>(options => configureA?.Invoke(options.Providers["pa"])));
        routes.A.Models = [new() { Id = "a", State = state }];
        prepare?.Invoke(routes);
        return routes;
    }

    // The first request, or a plan for one, begins to look after the providers.
    private static async Task BeginAsync(TwoRoutes routes) => Assert.False(await RestsAsync(routes));

    private static async Task<bool> RestsAsync(TwoRoutes routes) =>
        (await routes.Client.PlanAsync(new("hi"), TwoRoutes.Token)).Rejected.Any(static rejected => rejected is { Model.Name: "a", Reason: RejectionReason.CoolingDown });

    private static Task UntilAskedAsync(TwoRoutes routes, int times = 1) =>
        UntilAsync(routes, () => Task.FromResult(routes.A.Calls.Count(static call => call.IsProbe) >= times));

    /// <summary>Moves the clock on for as long as it takes: what waits for it in the background may begin to do so late.</summary>
    private static async Task UntilAsync(TwoRoutes routes, Func<Task<bool>> happened)
    {
        for (var waiting = Stopwatch.StartNew(); !await happened(); await TwoRoutes.Settle())
        {
            Assert.True(waiting.Elapsed < Patience, "It does not happen.");
            routes.Time.Advance(TimeSpan.FromMilliseconds(100));
        }
    }

    private static async Task PassAsync(TwoRoutes routes, TimeSpan time)
    {
        var step = TimeSpan.FromMilliseconds(250);
        for (var passed = TimeSpan.Zero; passed < time; passed += step)
        {
            routes.Time.Advance(step);
            await TwoRoutes.Settle();
        }
    }
}
