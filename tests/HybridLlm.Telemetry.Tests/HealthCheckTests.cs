using HybridLlm.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HybridLlm.Telemetry.Tests;

/// <summary>The health checks say what is known: all routable is healthy, some is degraded, none is unhealthy.</summary>
public sealed class HealthCheckTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task When_all_providers_are_well_everything_is_healthy()
    {
        await using var routes = Routes();

        var report = await UntilAsync(routes, report => report.Status == HealthStatus.Healthy);

        Assert.Equal(["hybridllm", "hybridllm:pa", "hybridllm:pb"], report.Entries.Keys.Order(StringComparer.Ordinal));
        Assert.All(report.Entries.Values, entry => Assert.Equal(HealthStatus.Healthy, entry.Status));
        var whole = report.Entries["hybridllm"];
        Assert.Equal((2, 2, "Healthy", "ready"), (whole.Data["models"], whole.Data["ready"], whole.Data["provider:pa"], whole.Data["model:b"]));
        Assert.Equal("2 of 2 models take requests.", whole.Description);
        Assert.Equal(["model:a", "models", "provider:pa", "ready"], report.Entries["hybridllm:pa"].Data.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(routes.A.Calls);
        Assert.Empty(routes.B.Calls);
    }

    [Fact]
    public async Task When_one_provider_is_down_the_whole_is_degraded_and_that_provider_unhealthy()
    {
        await using var routes = Routes();
        routes.A.Health = new(ProviderHealthStatus.Unhealthy, "nobody answers at ?key=canary-key");

        var report = await UntilAsync(routes, report => report.Entries["hybridllm:pa"].Status == HealthStatus.Unhealthy && report.Entries["hybridllm:pb"].Status == HealthStatus.Healthy);

        Assert.Equal(HealthStatus.Degraded, report.Entries["hybridllm"].Status);
        Assert.Equal(1, report.Entries["hybridllm"].Data["ready"]);
        Assert.StartsWith("provider_unhealthy", (string)report.Entries["hybridllm"].Data["model:a"], StringComparison.Ordinal);
        Assert.DoesNotContain("canary-key", Text(report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_nothing_can_be_routed_the_whole_has_the_failure_status()
    {
        await using var routes = Routes(checks => checks.AddHybridLlm("llm", HealthStatus.Degraded, ["ready"]));
        (routes.A.Health, routes.B.Health) = (new(ProviderHealthStatus.Unhealthy, "down"), new(ProviderHealthStatus.Unhealthy, "down"));

        var report = await UntilAsync(routes, report => report.Entries["hybridllm"].Status == HealthStatus.Unhealthy);

        Assert.Equal((HealthStatus.Unhealthy, HealthStatus.Degraded), (report.Entries["hybridllm"].Status, report.Entries["llm"].Status));
        Assert.Equal(["ready"], report.Entries["llm:pa"].Tags);
        Assert.Equal(HealthStatus.Unhealthy, report.Entries["hybridllm:pb"].Status);
    }

    [Fact]
    public async Task A_route_that_rests_shows_with_its_reason_and_without_what_its_server_said()
    {
        await using var routes = Routes(configure: o => o.Resilience.Cooldown.Probe = false);
        await UntilAsync(routes, report => report.Status == HealthStatus.Healthy);
        routes.A.OnStream = _ => Updates.ThenFail(new ProviderException(ProviderErrorKind.ServerError, "cannot read: my secret prompt") { StatusCode = 500 });
        await routes.AskAsync();

        var report = await routes.Get<HealthCheckService>().CheckHealthAsync(Token);

        Assert.Equal((HealthStatus.Degraded, HealthStatus.Unhealthy), (report.Entries["hybridllm"].Status, report.Entries["hybridllm:pa"].Status));
        Assert.Matches("^cooling_down until .*: status 500$", (string)report.Entries["hybridllm"].Data["model:a"]);
        Assert.DoesNotContain("secret", Text(report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_does_not_answer_holds_no_check_up()
    {
        await using var routes = Routes();
        var asked = new TaskCompletionSource<ProviderHealth>();
        routes.A.OnHealth = token => asked.Task.WaitAsync(token);

        var report = await routes.Get<HealthCheckService>().CheckHealthAsync(Token);

        Assert.Equal((HealthStatus.Degraded, "Unknown"), (report.Entries["hybridllm"].Status, report.Entries["hybridllm"].Data["provider:pa"]));
    }

    private static TwoRoutes Routes(Action<IHealthChecksBuilder>? more = null, Action<HybridLlmOptions>? configure = null) => new(configure, build: builder =>
    {
        builder.Services.AddLogging();
        var checks = builder.Services.AddHealthChecks().AddHybridLlm();
        more?.Invoke(checks);
    });

    // Providers are asked in the background: what a check says of them comes when they have answered.
    private static async Task<HealthReport> UntilAsync(TwoRoutes routes, Func<HealthReport, bool> condition)
    {
        var service = routes.Get<HealthCheckService>();
        var report = await service.CheckHealthAsync(Token);
        await routes.AdvanceUntilAsync(
            () =>
            {
                var checking = service.CheckHealthAsync(Token);
                report = checking.IsCompleted ? checking.Result : report;
                return condition(report);
            },
            TimeSpan.FromSeconds(1));

        // Checks run side by side, so that a report may show in one place what another one was too early to see. The next report shows it everywhere.
        return await service.CheckHealthAsync(Token);
    }

    private static string Text(HealthReport report) =>
        string.Join('\n', report.Entries.Values.Select(entry => $"{entry.Description} {entry.Exception} {string.Join(' ', entry.Data.Values)}"));
}
